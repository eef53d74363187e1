import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { channelForbidden } from '../protocol/realtime.errors.js';
import type { Connection } from '../connections/connection.js';

/** Decides whose relays a channel takes: those of users who may read it, whether they follow it or not. */
@Injectable()
export class RelayRights {
  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
  ) {}

  /** @throws `channel.forbidden` */
  async check({ principal, subscriptions }: Connection, channel: string): Promise<void> {
    // Without its lease this node may believe that its client follows a channel which it may not read any more.
    await this.fence.leaseHeld();
    if (subscriptions.has(channel)) return;
    const readable = await this.access.readableChannels(principal, [channel]);
    if (!readable.has(channel)) throw channelForbidden();
  }
}
