import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { channelForbidden } from '../protocol/realtime.errors.js';
import type { Connection } from '../connections/connection.js';

/** Allows a user to relay to every channel that the user may read, subscribed or not. */
@Injectable()
export class RelayRights {
  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
  ) {}

  /** @throws `channel.forbidden` */
  async check({ principal, subscriptions }: Connection, channel: string): Promise<void> {
    // Without the lease a subscription may have outlived the right to read its channel.
    await this.fence.leaseHeld();
    if (subscriptions.has(channel)) return;
    const readable = await this.access.readableChannels(principal, [channel]);
    if (!readable.has(channel)) throw channelForbidden();
  }
}
