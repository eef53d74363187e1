import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { ChannelHub } from '../channels/channel-hub.js';
import type { Subscription } from '../channels/subscription.js';
import type { ServerFrame } from '../protocol/encode-frames.js';

const SUBSCRIBERS_PER_SLICE = 500;

/** Writes frames that no log keeps to those who follow a channel on this node. */
@Injectable()
export class Broadcast {
  constructor(
    private readonly hub: ChannelHub,
    private readonly fence: FenceNode,
  ) {}

  /**
   * As with events, nobody gets it who may not read the channel any more, and nobody while this node doesn't know who may.
   * @param about the user whom it isn't for, having caused it
   * @returns those who didn't get it, because they have enough to swallow already or this node may not send
   */
  async run(channel: string, frame: ServerFrame, about: string | undefined): Promise<Subscription[]> {
    const missed: Subscription[] = [];
    let served = 0;
    for (const subscription of this.hub.subscriptions(channel)) {
      if (subscription.subscriber.userId !== about && !this.write(subscription, frame)) missed.push(subscription);
      if (++served % SUBSCRIBERS_PER_SLICE === 0) await nextTurn();
    }
    return missed;
  }

  private write(subscription: Subscription, frame: ServerFrame): boolean {
    // Ended while this was giving way to others: its listener may have lost the right to it.
    if (subscription.ended) return true;
    return this.fence.holdsLease && subscription.pass(frame);
  }
}
