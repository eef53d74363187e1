import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Dice } from '../../../test/support/dice.js';
import { historyOf } from '../../../test/support/open-database.js';
import { SpanNotes } from '../../../test/support/reach/span-notes.js';
import { LocalBus } from '../../../test/support/local-bus.js';
import { Database } from '../../platform/database/database.js';
import { LOG_TOPIC, writeHints } from '../../platform/events/log-hint.js';
import { LogReader, type ChannelState, type Cursor } from '../../platform/events/log-reader.js';
import { loggedEvent, type LoggedEvent, type Position } from '../../platform/events/logged-event.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Traffic } from '../../platform/traffic/traffic.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import { CatchUp } from './catch-up.js';
import type { Channel } from './channel.js';
import { ChannelHub } from './channel-hub.js';
import type { EventBatch } from './event-batch.js';
import type { Subscriber, SubscriberPosition } from './subscriber.js';
import type { Subscription } from './subscription.js';

/** A lease that the test grants and revokes. */
class ScriptedLease extends FenceNode {
  held = true;
  private waiters: Array<() => void> = [];

  override get holdsLease(): boolean {
    return this.held;
  }

  override leaseHeld(): Promise<void> {
    return this.held ? Promise.resolve() : new Promise((resolve) => this.waiters.push(resolve));
  }

  give(): void {
    this.held = true;
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}

/** A log in memory whose answers take a scripted number of turns of the event loop. */
class ScriptedLog extends LogReader {
  readonly channels = new Map<string, { state: ChannelState; events: LoggedEvent[] }>();
  reads = 0;

  constructor(private readonly timeSlice: () => number) {
    const database = new Database({} as DataSource);
    super(database, historyOf(database));
  }

  append(channel: string, count: number, payloadBytes = 2): LoggedEvent[] {
    const payload = JSON.stringify('x'.repeat(payloadBytes - 2));
    const entry = this.entry(channel);
    const events = Array.from({ length: count }, (_, i) => {
      const offset = entry.state.head + 1 + i;
      return loggedEvent({ type: 'a', id: randomUUID(), channel, offset, ts: 0, actor: null, payload });
    });
    entry.events.push(...events);
    entry.state = { ...entry.state, head: entry.state.head + count };
    return events;
  }

  trim(channel: string, tail: number): void {
    const entry = this.entry(channel);
    entry.events = entry.events.filter((event) => event.offset > tail);
    entry.state = { ...entry.state, tail };
  }

  entry(channel: string) {
    const id = String(this.channels.size + 1);
    const fresh = { state: { id, channel, epoch: randomUUID(), head: 0, tail: 0 }, events: [] };
    const entry = this.channels.get(channel) ?? fresh;
    this.channels.set(channel, entry);
    return entry;
  }

  override async open(channel: string): Promise<ChannelState> {
    const { state } = this.entry(channel);
    await this.takeTime();
    return state;
  }

  override async states(ids: readonly string[]): Promise<ChannelState[]> {
    const states = [...this.channels.values()].map(({ state }) => state).filter(({ id }) => ids.includes(id));
    await this.takeTime();
    return states;
  }

  override async changed(known: readonly ChannelState[]): Promise<Set<string>> {
    const states = new Map([...this.channels.values()].map(({ state }) => [state.id, state]));
    await this.takeTime();
    return new Set(
      known
        .filter(({ id, epoch, head }) => {
          const state = states.get(id);
          return state === undefined || state.epoch !== epoch || state.head !== head;
        })
        .map(({ id }) => id),
    );
  }

  override async readAfter(cursors: readonly Cursor[], limit: number): Promise<Map<string, LoggedEvent[]>> {
    this.reads++;
    const found = new Map(
      cursors.map(({ id, channel, after }) => [
        id,
        this.entry(channel)
          .events.filter((event) => event.offset > after)
          .slice(0, limit),
      ]),
    );
    await this.takeTime();
    return found;
  }

  private async takeTime(): Promise<void> {
    for (let turn = this.timeSlice(); turn > 0; turn--) await nextTurn();
  }
}

/** Records offsets and asserts that each follows the last one, except after a restart. */
class Journal implements Subscriber {
  readonly offsets: number[] = [];
  readonly restarts: Position[] = [];
  readonly id = 'a session';
  readonly userId = 'somebody';
  readonly via = 'ws';
  readonly isPerson = true;
  readonly mayReturn = false;
  bufferedBytes = 0;
  private turn: Promise<void> = Promise.resolve();

  write(batch: EventBatch, position: SubscriberPosition): void {
    for (const [, offset] of batch
      .after(position.offset)
      .toString()
      .matchAll(/"offset":(\d+)/g))
      this.offsets.push(Number(offset));
  }

  pass(): void {}

  async drained(): Promise<void> {
    await nextTurn();
    this.bufferedBytes = 0;
  }

  enqueue(work: () => Promise<void>): Promise<void> {
    return (this.turn = this.turn.then(work));
  }

  restart(position: Position): void {
    this.restarts.push(position);
  }
}

const CHANNEL = 'webhooks:1';
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('ChannelHub', () => {
  let log: ScriptedLog;
  let bus: LocalBus;
  let hub: ChannelHub;
  let lease: ScriptedLease;
  let random: (below: number) => number;

  function start(seed: number): void {
    const dice = new Dice(seed);
    random = (below) => dice.below(below);
    [log, bus] = [new ScriptedLog(() => random(4)), new LocalBus()];
    const metrics = new RealtimeMetrics(new Metrics(), new Traffic(new Metrics()));
    const database = new Database({} as DataSource);
    lease = new ScriptedLease(database, bus, historyOf(database));
    hub = new ChannelHub(log, bus, new CatchUp(log, metrics, lease), metrics, lease);
    hub.onModuleInit();
  }

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    start(1);
  });

  afterEach(() => {
    hub.onApplicationShutdown();
    jest.useRealTimers();
  });

  function hint(channel: string, events: readonly LoggedEvent[], carried = true): void {
    const { epoch } = log.entry(channel).state;
    const last = events.at(-1)?.offset ?? 0;
    bus.publish(
      LOG_TOPIC,
      writeHints([{ channel, epoch, last, types: ['thing:happened'], events: carried ? events : [] }]),
    );
  }

  async function follow(journal: Journal, name = CHANNEL): Promise<{ channel: Channel; subscription: Subscription }> {
    const channel = await hub.open(name);
    const start = { offset: journal.offsets.at(-1) ?? 0, seesRestricted: false };
    return { channel, subscription: channel.subscribe(journal, start) };
  }

  /** Advances the timers by ten milliseconds with every turn of the event loop. */
  async function until(settled: () => boolean, withinMs = 10_000): Promise<void> {
    for (let passed = 0; !settled(); passed += 10) {
      if (passed > withinMs) throw new Error('It did not come to rest.');
      await nextTurn();
      jest.advanceTimersByTime(10);
    }
  }

  it('delivers an event that a hint carries at once and without a query', async () => {
    const journal = new Journal();
    await follow(journal);
    hint(CHANNEL, log.append(CHANNEL, 3));
    expect(journal.offsets).toEqual([1, 2, 3]);
    expect(log.reads).toBe(0);
  });

  it('reads events that a hint announces without carrying them', async () => {
    const journal = new Journal();
    await follow(journal);
    hint(CHANNEL, log.append(CHANNEL, 1_200), false);
    await until(() => journal.offsets.length >= 1_200);
    expect(journal.offsets).toEqual(upTo(1_200));
  });

  it.each([true, false])('delivers more events than one batch holds (hint with events: %s)', async (carried) => {
    const [first, second] = [new Journal(), new Journal()];
    await follow(first);
    await follow(second);
    hint(CHANNEL, log.append(CHANNEL, 1_000, 2_000), carried);
    await until(() => [first, second].every(({ offsets }) => offsets.length >= 1_000));
    for (const { offsets, restarts } of [first, second]) {
      expect(offsets).toEqual(upTo(1_000));
      expect(restarts).toEqual([]);
    }
  });

  it('writes nothing while the lease is lost, and everything in order once it is held again', async () => {
    const [early, late] = [new Journal(), new Journal()];
    await follow(early);
    hint(CHANNEL, log.append(CHANNEL, 2));
    lease.held = false;
    hint(CHANNEL, log.append(CHANNEL, 3));
    await follow(late);
    hint(CHANNEL, log.append(CHANNEL, 400), false);
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    expect([early.offsets, late.offsets]).toEqual([[1, 2], []]);
    lease.give();
    await until(() => [early, late].every(({ offsets }) => offsets.length >= 405));
    expect([early.offsets, late.offsets]).toEqual([upTo(405), upTo(405)]);
  });

  it('reads all channels that were marked during a read with one query', async () => {
    const journals = upTo(50).map((n) => ({ channel: `webhooks:${n}`, journal: new Journal() }));
    for (const { channel, journal } of journals) await follow(journal, channel);
    for (const { channel } of journals) hint(channel, log.append(channel, 2), false);
    await until(() => journals.every(({ journal }) => journal.offsets.length === 2));
    expect(log.reads).toBeLessThanOrEqual(3);
  });

  it('does not miss an event whose hint arrives while the channel is being opened', async () => {
    log.entry(CHANNEL);
    const journal = new Journal();
    random = () => 3;
    const opening = follow(journal);
    // The state is read by now, without the event, but has not arrived.
    await nextTurn();
    hint(CHANNEL, log.append(CHANNEL, 1));
    await opening;
    // No timer passes, so no sweep finds it.
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(journal.offsets).toEqual([1]);
  });

  it('delivers an event whose hint was lost within 5 s', async () => {
    const journal = new Journal();
    await follow(journal);
    log.append(CHANNEL, 1);
    await until(() => journal.offsets.length > 0, 5_000);
    expect(journal.offsets).toEqual([1]);
  });

  it('lets a subscriber above the high-water mark catch up at its own pace and then continue live', async () => {
    const [slow, quick] = [new Journal(), new Journal()];
    const { channel } = await follow(slow);
    await follow(quick);
    slow.bufferedBytes = 1024 * 1024;
    hint(CHANNEL, log.append(CHANNEL, 1));
    expect([slow.offsets, quick.offsets]).toEqual([[], [1]]);
    await until(() => slow.offsets.length === 1);
    hint(CHANNEL, log.append(CHANNEL, 1));
    expect(slow.offsets).toEqual([1, 2]);
    expect(channel.cursor.after).toBe(2);
  });

  it('restarts a subscriber whose missing events were trimmed', async () => {
    log.append(CHANNEL, 1_000);
    const notes = new SpanNotes();
    hub.observe(notes);
    const journal = new Journal();
    const { channel } = await follow(journal);
    log.trim(CHANNEL, 900);
    await until(() => journal.restarts.length > 0);
    const { epoch } = log.entry(CHANNEL).state;
    expect(journal.restarts).toEqual([{ channel: CHANNEL, epoch, offset: 1_000 }]);
    expect(journal.offsets.filter((offset) => offset > 900)).toEqual([]);
    hint(CHANNEL, log.append(CHANNEL, 1));
    expect(journal.offsets.at(-1)).toBe(1_001);
    expect(channel.cursor.after).toBe(1_001);
    expect(notes.of(journal)).toEqual(journal.offsets);
  });

  it('restarts every subscriber when the channel gets another epoch', async () => {
    log.append(CHANNEL, 10);
    const journal = new Journal();
    await follow(journal);
    await until(() => journal.offsets.length === 10);
    const entry = log.entry(CHANNEL);
    entry.state = { ...entry.state, epoch: 'another', head: 4 };
    entry.events = [];
    await until(() => journal.restarts.length > 0);
    expect(journal.restarts).toEqual([{ channel: CHANNEL, epoch: 'another', offset: 4 }]);
    hint(CHANNEL, log.append(CHANNEL, 1));
    expect(journal.offsets).toEqual([...upTo(10), 5]);
  });

  it('writes nothing more when a subscription ends during a delivery', async () => {
    log.append(CHANNEL, 5_000);
    const journal = new Journal();
    const { subscription } = await follow(journal);
    await until(() => journal.offsets.length > 1_000);
    subscription.end();
    const { length } = journal.offsets;
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(journal.offsets.length).toBe(length);
  });

  it('serves more subscribers than fit into one turn in the order of the log', async () => {
    const journals = upTo(1_300).map(() => new Journal());
    for (const journal of journals) await follow(journal);
    for (let i = 0; i < 30; i++) hint(CHANNEL, log.append(CHANNEL, 1));
    await until(() => journals.every(({ offsets }) => offsets.length >= 30));
    for (const { offsets } of journals) expect(offsets).toEqual(upTo(30));
  });

  it.each(upTo(8))(
    'writes every event once and in order with lost, late and reordered hints (seed %i)',
    async (seed) => {
      hub.onApplicationShutdown();
      start(seed);
      const channels = ['webhooks:1', 'tasks:1', 'user:1'];
      const followers = upTo(40).map((n) => ({ channel: channels[n % 3] ?? CHANNEL, journal: new Journal() }));
      const subscriptions = new Map<Journal, Subscription>();
      const held: Array<() => void> = [];
      const notes = new SpanNotes();
      hub.observe(notes);
      let behindChannel = 0;
      for (let step = 0; step < 400; step++) {
        const channel = channels[random(3)] ?? CHANNEL;
        const many = random(10) === 0;
        const events = log.append(channel, 1 + random(many ? 400 : 5), random(4) === 0 ? 1_000 : 10);
        const tell = () => hint(channel, events, random(3) > 0);
        const fate = random(10);
        if (fate < 5) tell();
        else if (fate < 7) held.push(tell);
        else if (fate < 8) [tell, tell].forEach((again) => again());
        // The other hints are lost. The delayed ones arrive in any order.
        while (held.length > random(6)) held.splice(random(held.length), 1)[0]?.();
        const { channel: followed, journal } = followers[random(40)] ?? { channel, journal: new Journal() };
        const subscription = subscriptions.get(journal);
        if (random(8) === 0) journal.bufferedBytes = 512 * 1024;
        if (subscription === undefined) subscriptions.set(journal, (await follow(journal, followed)).subscription);
        else if (random(3) === 0) {
          subscription.end();
          subscriptions.delete(journal);
        }
        if (random(4) === 0) await nextTurn();
        for (const { delivered = 0, subscriptions } of hub.all)
          if (subscriptions.some(({ isLive, offset }) => isLive && offset < delivered)) behindChannel++;
      }
      expect(behindChannel).toBe(0);
      for (const { channel, journal } of followers) if (!subscriptions.has(journal)) await follow(journal, channel);
      const head = (channel: string) => log.entry(channel).state.head;
      await until(() => followers.every(({ channel, journal }) => journal.offsets.length >= head(channel)));
      for (const { channel, journal } of followers) {
        expect(journal.offsets).toEqual(upTo(head(channel)));
        expect(notes.of(journal)).toEqual(journal.offsets);
        expect(journal.restarts).toEqual([]);
      }
    },
    10_000,
  );
});
