import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import type { Database } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { ReachStore, type FoundSpan } from './reach.store.js';
import { SpanStore, type ReportedPositions, type SpanReport } from './span.store.js';

const HOUR = 3_600_000;

let opened: OpenedDatabase;
let database: Database;
let spans: SpanStore;
let reach: ReachStore;
let node: string;
let channelId: string;
let epoch: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  spans = new SpanStore(database);
  reach = new ReachStore(database);
});
afterAll(() => opened?.drop());
beforeEach(async () => {
  node = randomUUID();
  await database.query('TRUNCATE subscription_spans, span_nodes, span_progress, span_gaps, fence_nodes');
  const [row] = await database.query<{ id: string; epoch: string }>(
    'INSERT INTO channels (name, head) VALUES ($1, 100) RETURNING id, epoch',
    [`things:${node}`],
  );
  [channelId, epoch] = [row?.id ?? '', row?.epoch ?? ''];
  await setLease(3);
});

const setLease = (seconds: number) =>
  database.query(
    `INSERT INTO fence_nodes (id, applied, lease_until, epoch) VALUES ($1, 0, now() + make_interval(secs => $2), $3)
     ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`,
    [node, seconds, epoch],
  );

const begun = (number: number, fromOffset = 0, reached: number | null = null) => ({
  number,
  userId: newId(),
  sessionId: newId(),
  via: 'ws' as const,
  channelId,
  epoch,
  fromOffset,
  fromAt: Date.now() - HOUR,
  reached,
});

const write = (report: Partial<SpanReport>) =>
  spans.write(node, { begun: [], ended: [], positions: undefined, ...report });

const positions = (some: Partial<ReportedPositions>): ReportedPositions => ({
  at: Date.now(),
  lagging: [],
  progress: [],
  left: [],
  ...some,
});

const progress = (offset: number) => [{ channelId, epoch, offset }];

/** The subscriptions that an event of the last hour with this offset may have been written to. */
async function found(offset: number, at = new Date()): Promise<FoundSpan[]> {
  const event = { id: '', type: '', channel: '', channelId, epoch, offset, at, actor: null, sessionId: null };
  return reach.spansOf(event, { limit: 100 });
}

describe('the record of subscriptions', () => {
  it('holds what a subscription covered from its begin to its end', async () => {
    await write({ begun: [begun(1, 5)], ended: [{ number: 1, toOffset: 8, toAt: Date.now() }] });
    const covered = await Promise.all([5, 6, 8, 9].map(async (offset) => (await found(offset)).length));
    expect(covered).toEqual([0, 1, 1, 0]);
  });

  it('is the same after a report that is repeated', async () => {
    const report = { begun: [begun(1)], ended: [{ number: 1, toOffset: 8, toAt: Date.now() }] };
    await write(report);
    await write(report);
    expect(await found(8)).toMatchObject([{ reached: 8 }]);
  });

  it('has one position for the open subscriptions to a channel, and one for each that lags', async () => {
    await write({ begun: [begun(1), begun(2), begun(3, 0, 2)] });
    await write({ positions: positions({ progress: progress(9), lagging: [{ number: 2, reached: 4 }] }) });
    expect((await found(1)).map(({ number, reached }) => [number, reached])).toEqual(
      expect.arrayContaining([
        ['1', 9],
        ['2', 4],
        ['3', 2],
      ]),
    );
    await write({ positions: positions({ progress: progress(12), lagging: [{ number: 2, reached: null }] }) });
    expect((await found(1)).find(({ number }) => number === '2')?.reached).toBe(12);
  });

  it('does not take the position of a channel for that of a later subscription', async () => {
    await write({ begun: [begun(1)] });
    await write({ positions: positions({ progress: progress(9) }) });
    await write({ begun: [begun(2, 9)] });
    expect((await found(10)).map(({ reached }) => reached)).toEqual([9, 9]);
  });
});

describe('the record of a node', () => {
  const until = async () => (await found(1))[0]?.unknownUntil ?? null;

  it('stays open while the node holds a lease', async () => {
    await write({ begun: [begun(1)] });
    await spans.closeDead(randomUUID());
    expect(await until()).toBeNull();
  });

  it('is closed by another node when the lease is over, at the last report', async () => {
    await write({ begun: [begun(1), begun(2, 0, 3)] });
    const at = Date.now() - 5_000;
    await write({ positions: positions({ at, progress: progress(9) }) });
    await setLease(-1);
    await spans.closeDead(node);
    expect(await until()).toBeNull();
    await spans.closeDead(randomUUID());
    const closed = await found(1);
    expect(closed.map(({ reached }) => reached).toSorted()).toEqual([3, 9]);
    expect(closed[0]?.toAt?.getTime()).toBe(at);
    // The end of the lease is the last time at which the node can have written.
    expect(Math.abs((closed[0]?.unknownUntil?.getTime() ?? 0) - (Date.now() - 1_000))).toBeLessThan(900);
    expect(await found(10, new Date(Date.now() - HOUR))).toHaveLength(2);
    expect(await found(10, new Date(Date.now() + HOUR))).toHaveLength(0);
    expect(await reach.isIncomplete(new Date(Date.now() - 3_000))).toBe(true);
    expect(await reach.isIncomplete(new Date(Date.now() - 60_000))).toBe(false);
  });

  it('is opened again by the node itself, with the ends that it knows', async () => {
    await write({ begun: [begun(1), begun(2)] });
    await setLease(-1);
    await spans.closeDead(randomUUID());
    await setLease(3);
    const isKnown = await write({
      ended: [{ number: 1, toOffset: 7, toAt: Date.now() }],
      positions: positions({ progress: progress(9) }),
    });
    expect(isKnown).toBe(false);
    // The positions did not count: those that had not changed were not among them.
    expect((await found(1)).map(({ number, reached, toAt }) => [number, reached, toAt === null])).toEqual(
      expect.arrayContaining([
        ['1', 7, false],
        ['2', 0, true],
      ]),
    );
    expect(await write({ positions: positions({ progress: progress(9) }) })).toBe(true);
    expect((await found(9)).map(({ reached }) => reached)).toContain(9);
    expect(await reach.isIncomplete(new Date(Date.now() - 3_000))).toBe(false);
  });

  it('is closed when the node shuts down, also where a rollback of the database lost an end', async () => {
    await write({ begun: [begun(1), begun(2)], ended: [{ number: 1, toOffset: 7, toAt: Date.now() }] });
    await spans.leave(node);
    expect((await found(1)).map(({ number, toAt }) => [number, toAt === null])).toEqual([['1', false]]);
    expect(await found(1, new Date(Date.now() - HOUR))).toHaveLength(2);
    expect(await database.query('SELECT FROM span_nodes')).toEqual([]);
  });

  it('has a gap where it was not written', async () => {
    await spans.recordGap(node, Date.now() - 10_000, Date.now() - 5_000);
    await spans.recordGap(node, Date.now() - 10_000, Date.now() - 6_000);
    expect(await reach.isIncomplete(new Date(Date.now() - 5_100))).toBe(true);
    expect(await reach.isIncomplete(new Date(Date.now() - 4_000))).toBe(false);
  });
});

describe('pruning the record', () => {
  it('deletes what ended long ago, and keeps open subscriptions', async () => {
    const [one, two, three] = [begun(1), begun(2), begun(3)];
    const now = Date.now();
    await write({
      begun: [one, two, three],
      ended: [
        { number: 1, toOffset: 9, toAt: now - 49 * HOUR },
        { number: 2, toOffset: 9, toAt: now - 47 * HOUR },
      ],
    });
    await spans.recordGap(node, now - 60 * HOUR, now - 49 * HOUR);
    await spans.prune(2, () => false);
    expect((await found(1)).map(({ number }) => number).toSorted()).toEqual(['2', '3']);
    expect(await reach.isIncomplete(new Date(now - 50 * HOUR))).toBe(false);
  });
});
