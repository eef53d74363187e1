import { Injectable } from '@nestjs/common';
import { Access } from '../../access/contracts/access.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { channelForbidden } from '../realtime.errors.js';
import type { Session } from '../sockets/session.js';

/** Decides whose relays a channel takes: those of users who may read it, whether they follow it or not. */
@Injectable()
export class RelayRights {
  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
  ) {}

  /** @throws `channel.forbidden` */
  async check({ principal, subscriptions }: Session, channel: string): Promise<void> {
    // Without its lease this node may believe that its client follows a channel which it may not read any more.
    await this.fence.leaseHeld();
    if (subscriptions.has(channel)) return;
    const readable = await this.access.readableChannels(principal, [channel]);
    if (!readable.has(channel)) throw channelForbidden();
  }
}
