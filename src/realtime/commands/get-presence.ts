import { Injectable } from '@nestjs/common';
import { FenceNode } from '../../platform/fence/fence-node.js';
import type { FrameId } from '../protocol/encode-frames.js';
import { channelForbidden, presenceUnsupported } from '../protocol/realtime.errors.js';
import type { Connection } from '../connections/connection.js';
import { hasPresence } from '../presence/has-presence.js';
import { LocalPresence } from '../presence/local-presence.js';
import { PresenceBroadcaster } from '../presence/presence-broadcaster.js';

/** Answers with the users present in a channel, including the caller. Later changes are announced. */
@Injectable()
export class GetPresence {
  constructor(
    private readonly local: LocalPresence,
    private readonly broadcaster: PresenceBroadcaster,
    private readonly fence: FenceNode,
  ) {}

  /** @throws `channel.forbidden` if the connection isn't subscribed to the channel, `presence.unsupported` */
  async run(connection: Connection, channel: string, id?: FrameId): Promise<void> {
    if (!connection.subscriptions.has(channel)) throw channelForbidden();
    if (!hasPresence(channel)) throw presenceUnsupported();
    await this.local.written();
    await this.broadcaster.refreshed(channel);
    await this.fence.leaseHeld();
    const known = this.broadcaster.known(channel);
    // The right may have been revoked meanwhile.
    if (known === undefined || !connection.subscriptions.has(channel)) throw channelForbidden();
    connection.send('presence', known.payload, id);
  }
}
