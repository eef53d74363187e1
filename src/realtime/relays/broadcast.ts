import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { ChannelHub } from '../channels/channel-hub.js';
import type { Subscription } from '../channels/subscription.js';
import type { ServerFrame } from '../protocol/encode-frames.js';

const SUBSCRIBERS_PER_SLICE = 500;

/** Writes frames that aren't in the log to a channel's subscribers on this node. */
@Injectable()
export class Broadcast {
  constructor(
    private readonly hub: ChannelHub,
    private readonly fence: FenceNode,
  ) {}

  /**
   * As with events, no user gets it without the right to read, and no frame is written while this node lacks its lease.
   * @param excludedUserId the user who caused the frame and doesn't get it
   * @returns the subscriptions that missed it, above the high-water mark or without a lease
   */
  async run(channel: string, frame: ServerFrame, excludedUserId: string | undefined): Promise<Subscription[]> {
    const missed: Subscription[] = [];
    let served = 0;
    for (const subscription of this.hub.subscriptions(channel)) {
      if (subscription.subscriber.userId !== excludedUserId && !this.write(subscription, frame))
        missed.push(subscription);
      if (++served % SUBSCRIBERS_PER_SLICE === 0) await nextTurn();
    }
    return missed;
  }

  private write(subscription: Subscription, frame: ServerFrame): boolean {
    // It may have ended, with the user's right to read, while this loop yielded.
    if (subscription.ended) return true;
    return this.fence.holdsLease && subscription.pass(frame);
  }
}
