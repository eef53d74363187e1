import { Injectable } from '@nestjs/common';
import { FenceNode } from '../../platform/fence/fence-node.js';
import type { FrameId } from '../protocol/encode-frames.js';
import { channelForbidden, presenceUnsupported } from '../protocol/realtime.errors.js';
import type { Connection } from '../connections/connection.js';
import { hasPresence } from '../presence/has-presence.js';
import { LocalPresence } from '../presence/local-presence.js';
import { PresenceBroadcaster } from '../presence/presence-broadcaster.js';

/** Answers who is in a channel that the client follows, itself included. What changes after the answer is announced. */
@Injectable()
export class GetPresence {
  constructor(
    private readonly node: LocalPresence,
    private readonly watch: PresenceBroadcaster,
    private readonly fence: FenceNode,
  ) {}

  /** @throws `channel.forbidden` to those who don't follow the channel, `presence.unsupported` */
  async run(connection: Connection, channel: string, id?: FrameId): Promise<void> {
    if (!connection.subscriptions.has(channel)) throw channelForbidden();
    if (!hasPresence(channel)) throw presenceUnsupported();
    await this.node.written();
    await this.watch.refreshed(channel);
    await this.fence.leaseHeld();
    const known = this.watch.known(channel);
    // The right to it may have been taken away meanwhile.
    if (known === undefined || !connection.subscriptions.has(channel)) throw channelForbidden();
    connection.send('presence', known.payload, id);
  }
}
