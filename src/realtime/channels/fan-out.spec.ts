import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { loggedEvent } from '../../platform/events/logged-event.js';
import { Channel, type ChannelDeps } from './channel.js';
import type { EventBatch } from './event-batch.js';
import type { Subscriber, SubscriberPosition } from './subscriber.js';
import { TimeSlice } from '../../platform/concurrency/time-slice.js';

const CHANNEL = 'things:1';
const EPOCH = 'e1';
const SUBSCRIBERS = 10_000;
/** The cost of a write to a socket on a slow machine. */
const WRITE_MS = 0.03;
const LONGEST_TURN_MS = 20;
/** The shortest of the longest turns counts: a garbage collection or a busy machine lengthens some of them. */
const ROUNDS = 8;

class CountingSubscriber implements Subscriber {
  readonly id = 's';
  readonly userId = 'u';
  readonly via = 'ws';
  readonly isPerson = true;
  readonly mayReturn = false;
  readonly bufferedBytes = 0;
  readonly got: number[] = [];
  writes = 0;

  constructor(private readonly costMs = 0) {}

  write(batch: EventBatch, { offset }: SubscriberPosition): void {
    this.writes++;
    for (let next = Math.max(batch.first, offset + 1); next <= batch.last; next++) this.got.push(next);
    const end = performance.now() + this.costMs;
    while (performance.now() < end);
  }

  pass(): void {}

  async drained(): Promise<void> {}

  enqueue(work: () => Promise<void>): Promise<void> {
    return work();
  }

  restart(): void {}
}

function channelOf(timeSlice: TimeSlice, name = CHANNEL, deps: Partial<ChannelDeps> = {}): Channel {
  const state = { id: name, channel: name, epoch: EPOCH, head: 0, tail: 0 };
  const nothing = () => undefined;
  return new Channel(state, {
    catchUp: nothing,
    canSend: () => true,
    timeSlice,
    subscribed: nothing,
    unsubscribed: nothing,
    restarted: nothing,
    sent: nothing,
    written: nothing,
    ...deps,
  });
}

const events = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    loggedEvent({ type: 'a', id: 'i', channel: CHANNEL, offset: first + i, ts: 0, actor: null, payload: '{}' }),
  );

/** The longest work between two turns of the event loop, in CPU time, which other load doesn't distort. */
async function longestTurnMs(done: () => boolean): Promise<number> {
  let longest = 0;
  while (!done()) {
    const before = process.cpuUsage();
    await nextTurn();
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
  }
  return longest;
}

describe('a fan-out', () => {
  it(`to ${SUBSCRIBERS} sockets never blocks the event loop for more than ${LONGEST_TURN_MS} ms`, async () => {
    const channel = channelOf(new TimeSlice());
    const subscribers = Array.from({ length: SUBSCRIBERS }, () => new CountingSubscriber(WRITE_MS));
    for (const subscriber of subscribers) channel.subscribe(subscriber, { offset: 0, seesRestricted: false });
    const longest: number[] = [];
    for (let offset = 1; offset <= ROUNDS; offset++) {
      channel.accept(events(offset, 1));
      longest.push(await longestTurnMs(() => subscribers.every(({ got }) => got.length === offset)));
    }
    expect(Math.min(...longest)).toBeLessThan(LONGEST_TURN_MS);
  });

  it('of fifty channels at once blocks it no longer than that of one', async () => {
    const timeSlice = new TimeSlice();
    const channels = Array.from({ length: 50 }, (_, i) => channelOf(timeSlice, `things:${i}`));
    const subscribers = channels.flatMap((channel) => {
      const subscribers = Array.from({ length: 200 }, () => new CountingSubscriber(WRITE_MS));
      for (const subscriber of subscribers) channel.subscribe(subscriber, { offset: 0, seesRestricted: false });
      return subscribers;
    });
    const longest: number[] = [];
    for (let offset = 1; offset <= ROUNDS; offset++) {
      for (const channel of channels) channel.accept(events(offset, 1));
      longest.push(await longestTurnMs(() => subscribers.every(({ got }) => got.length === offset)));
    }
    expect(Math.min(...longest)).toBeLessThan(LONGEST_TURN_MS);
  });

  it('writes all queued events at once, each once and in order', async () => {
    const channel = channelOf(new TimeSlice());
    const subscribers = Array.from({ length: 2_000 }, () => new CountingSubscriber(WRITE_MS));
    for (const subscriber of subscribers) channel.subscribe(subscriber, { offset: 0, seesRestricted: false });
    for (let offset = 1; offset <= 8; offset++) channel.accept(events(offset, 1));
    while (subscribers.some(({ got }) => got.length < 8)) await nextTurn();
    expect(subscribers.map(({ got }) => got.join()).filter((got) => got !== '1,2,3,4,5,6,7,8')).toEqual([]);
    expect(new Set(subscribers.map(({ writes }) => writes))).toEqual(new Set([2]));
  });

  it('that loses the lease does not demote new subscribers that are up to date', async () => {
    let held = true;
    const demoted: Subscriber[] = [];
    const channel = channelOf(new TimeSlice(), CHANNEL, {
      canSend: () => held,
      catchUp(own, subscription) {
        demoted.push(subscription.subscriber);
        own.join(subscription);
      },
    });
    for (let i = 0; i < 1_000; i++)
      channel.subscribe(new CountingSubscriber(WRITE_MS), { offset: 0, seesRestricted: false });
    channel.accept(events(1, 1));
    held = false;
    const newConnection = new CountingSubscriber();
    channel.subscribe(newConnection, { offset: 1, seesRestricted: false });
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    held = true;
    expect(demoted.length).toBeGreaterThan(0);
    expect(demoted.filter((subscriber) => subscriber === newConnection)).toEqual([]);
  });
});
