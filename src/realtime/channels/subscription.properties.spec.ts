import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loggedEvent } from '../../platform/events/logged-event.js';
import { EventBatch } from './event-batch.js';
import { RecentEvents } from './recent-events.js';
import type { Subscriber, SubscriberPosition } from './subscriber.js';
import { Subscription } from './subscription.js';

const CHANNEL = 'things:1';
const LENGTH = 40;

const upTo = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
const batchOf = (first: number, last: number): EventBatch => {
  const [batch] = EventBatch.of(
    upTo(first, last).map((offset) =>
      loggedEvent({ type: 'a', id: 'i', channel: CHANNEL, offset, ts: 0, actor: null, payload: '{}' }),
    ),
  );
  if (batch === undefined) throw new Error('The batch is empty.');
  return batch;
};

/** Reads the offsets from the bytes, as a client does. */
class Reader implements Subscriber {
  readonly offsets: number[] = [];
  readonly id = 's';
  readonly userId = 'u';
  readonly via = 'ws';
  readonly isPerson = true;
  readonly mayReturn = false;
  readonly bufferedBytes = 0;

  write(batch: EventBatch, { offset }: SubscriberPosition): void {
    for (const [, found] of batch
      .after(offset)
      .toString()
      .matchAll(/"offset":(\d+)/g))
      this.offsets.push(Number(found));
  }

  pass(): void {}

  async drained(): Promise<void> {}

  async enqueue(work: () => Promise<void>): Promise<void> {
    await work();
  }

  restart(): void {}
}

function subscribeAfter(offset: number): { reader: Reader; subscription: Subscription } {
  const nothing = () => undefined;
  const state = { id: '1', channel: CHANNEL, epoch: 'e', head: LENGTH, tail: 0 };
  const source = { state, cursor: { after: LENGTH }, isLive: () => true, restarted: nothing, leave: nothing };
  const reader = new Reader();
  return { reader, subscription: new Subscription(source, reader, { offset, seesRestricted: false }) };
}

const offset = fc.integer({ min: 1, max: LENGTH });
const range = fc.tuple(offset, offset).map(([one, other]) => batchOf(Math.min(one, other), Math.max(one, other)));
const joined = fc
  .uniqueArray(offset, { minLength: 2, maxLength: 6 })
  .map((bounds) => bounds.toSorted((a, b) => a - b))
  .map((bounds) => EventBatch.joined(bounds.slice(1).map((bound, i) => batchOf((bounds[i] ?? 0) + 1, bound))));

describe('a subscription', () => {
  it('writes the events after its start once each and in order, in whatever order and overlap batches come', () => {
    fc.assert(
      fc.property(fc.nat(LENGTH), fc.array(fc.oneof(range, joined)), (start, batches) => {
        const { reader, subscription } = subscribeAfter(start);
        for (const batch of batches) subscription.take(batch);
        expect(reader.offsets).toEqual(upTo(start + 1, subscription.offset));
        subscription.take(batchOf(1, LENGTH));
        expect(reader.offsets).toEqual(upTo(start + 1, LENGTH));
      }),
    );
  });

  it('takes a batch exactly if no event before it is missing', () => {
    fc.assert(
      fc.property(fc.nat(LENGTH), range, (start, batch) => {
        const { subscription } = subscribeAfter(start);
        expect(subscription.take(batch)).toBe(batch.first <= start + 1);
      }),
    );
  });

  it('that is cut anywhere and resumes has the same events as one that was never cut', () => {
    fc.assert(
      fc.property(fc.nat(LENGTH), fc.array(offset, { maxLength: 8 }), fc.array(range), (start, cuts, batches) => {
        const seen: number[] = [];
        let position = start;
        for (const cut of cuts) {
          const { reader, subscription } = subscribeAfter(position);
          for (const batch of batches.filter(({ last }) => last <= cut)) subscription.take(batch);
          seen.push(...reader.offsets);
          position = reader.offsets.at(-1) ?? position;
        }
        const { reader, subscription } = subscribeAfter(position);
        subscription.take(batchOf(1, LENGTH));
        expect([...seen, ...reader.offsets]).toEqual(upTo(start + 1, LENGTH));
      }),
    );
  });
});

describe('the recent events of a channel', () => {
  it('after any offset are all of them or undefined, however they were batched', () => {
    const bounds = fc
      .uniqueArray(offset, { minLength: 1, maxLength: 10 })
      .map((each) => each.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(bounds, fc.nat(LENGTH), (ends, start) => {
        const recent = new RecentEvents();
        ends.forEach((end, i) => recent.add(batchOf((ends[i - 1] ?? 0) + 1, end)));
        const found = recent.after(start);
        if (found === undefined) return;
        const { reader, subscription } = subscribeAfter(start);
        for (const batch of found) subscription.take(batch);
        expect(reader.offsets).toEqual(upTo(start + 1, ends.at(-1) ?? 0));
      }),
    );
  });
});
