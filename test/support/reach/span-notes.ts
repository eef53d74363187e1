import type { SubscriptionObserver } from '../../../src/realtime/channels/channel-hub.js';
import type { Subscriber } from '../../../src/realtime/channels/subscriber.js';
import type { Subscription } from '../../../src/realtime/channels/subscription.js';
import { upTo } from '../offsets.js';

/** Notes which offsets each subscriber was sent, by the begins and the ends of its subscriptions alone. */
export class SpanNotes implements SubscriptionObserver {
  private readonly spans = new Map<Subscriber, Array<{ after: number; reached: () => number }>>();

  subscribed(subscription: Subscription): void {
    const spans = this.spans.get(subscription.subscriber) ?? [];
    spans.push({ after: subscription.offset, reached: () => subscription.offset });
    this.spans.set(subscription.subscriber, spans);
  }

  unsubscribed({ subscriber, offset }: Subscription): void {
    const span = this.spans.get(subscriber)?.at(-1);
    if (span !== undefined) span.reached = () => offset;
  }

  restarted(subscription: Subscription, reached: number): void {
    const span = this.spans.get(subscription.subscriber)?.at(-1);
    if (span !== undefined) span.reached = () => reached;
    this.subscribed(subscription);
  }

  of(subscriber: Subscriber): number[] {
    return (this.spans.get(subscriber) ?? []).flatMap(({ after, reached }) => upTo(reached(), after));
  }
}
