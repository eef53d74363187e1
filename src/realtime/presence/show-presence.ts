import { Injectable } from '@nestjs/common';
import { FenceNode } from '../../platform/fence/fence-node.js';
import type { FrameId } from '../frames/frame.js';
import { channelForbidden, presenceUnsupported } from '../realtime.errors.js';
import type { Session } from '../sockets/session.js';
import { hasPresence } from './has-presence.js';
import { PresenceNode } from './presence-node.js';
import { WatchPresence } from './watch-presence.js';

/** Answers who is in a channel that the client follows, itself included. What changes after the answer is announced. */
@Injectable()
export class ShowPresence {
  constructor(
    private readonly node: PresenceNode,
    private readonly watch: WatchPresence,
    private readonly fence: FenceNode,
  ) {}

  /** @throws `channel.forbidden` to those who don't follow the channel, `presence.unsupported` */
  async run(session: Session, channel: string, id?: FrameId): Promise<void> {
    if (!session.subscriptions.has(channel)) throw channelForbidden();
    if (!hasPresence(channel)) throw presenceUnsupported();
    await this.node.written();
    await this.watch.refreshed(channel);
    await this.fence.leaseHeld();
    const known = this.watch.known(channel);
    // The right to it may have been taken away meanwhile.
    if (known === undefined || !session.subscriptions.has(channel)) throw channelForbidden();
    session.send('presence', known.payload, id);
  }
}
