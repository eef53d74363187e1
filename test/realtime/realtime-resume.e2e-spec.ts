import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogReader } from '../../src/platform/events/log-reader.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { headOf, upTo } from '../support/offsets.js';
import { LogWriter } from '../support/log-writer.js';
import { TestSocket, type Frame } from '../support/socket.js';
import { trimChannel } from '../support/trim-channel.js';

let tidings: RunningTidings;
let channel: string;
let writer: LogWriter;

beforeAll(async () => {
  tidings = await startTidings();
  channel = `webhooks:${tidings.workspaceId}`;
  writer = new LogWriter(tidings.app);
});
afterAll(() => tidings.stop());

interface LogPage {
  readonly items: Frame[];
  readonly position: { channel: string; epoch: string; offset: number };
  readonly nextCursor: string | null;
  readonly nextBefore: string | null;
  readonly stopped: boolean;
}

const connect = () => TestSocket.connect(tidings.url, tidings.api.token);

async function logPage(query: Record<string, string> = {}): Promise<LogPage> {
  const search = new URLSearchParams({ channel, ...query });
  const { status, body } = await tidings.api.get<LogPage>(
    `/v1/workspaces/${tidings.workspaceId}/events?${search.toString()}`,
  );
  expect(status).toBe(200);
  return body;
}

const head = () => headOf(tidings.api, tidings.workspaceId, channel);

/** The one page that `holdReads` holds: gateways read the log too. */
const LIMIT_OF_HELD = 137;

/** As if the process had been stopped right before it read a page. @returns ends it */
function holdReads(log: LogReader, meanwhile: () => Promise<void>): () => void {
  const read = log.readAfter.bind(log);
  log.readAfter = async (cursors, limit) => {
    if (limit === LIMIT_OF_HELD + 1) await meanwhile();
    return read(cursors, limit);
  };
  return () => void (log.readAfter = read);
}

/** A client that is cut off now and then and comes back with its position. */
class Wanderer {
  readonly offsets: number[] = [];
  readonly refused: Frame[] = [];
  resumes = 0;
  private socket: TestSocket | undefined;

  constructor(private position: LogPage['position']) {}

  async come(): Promise<void> {
    const socket = await connect();
    this.socket = socket;
    const { payload } = await socket.ask('subscribe', { channel, position: this.position });
    if (payload['recovered'] !== true || payload['offset'] !== this.position.offset) {
      this.refused.push(...socket.ofType('subscribed'));
    }
    this.resumes++;
  }

  vanish(): void {
    this.socket?.cut();
    this.offsets.push(...(this.socket?.offsets(channel) ?? []));
    this.position = { ...this.position, offset: this.offsets.at(-1) ?? this.position.offset };
    this.socket = undefined;
  }

  get seen(): number {
    return this.socket?.offsets(channel).at(-1) ?? this.position.offset;
  }
}

describe('resuming', () => {
  it('delivers missed events once and in order, and continues live without a gap', async () => {
    const start = await head();
    const wanderers = Array.from({ length: 8 }, () => new Wanderer(start));
    const progress = { written: 0 };
    const write = async () => {
      while (progress.written < 4_000) {
        const count = 1 + Math.floor(Math.random() * 20);
        await writer.append(channel, count, { n: progress.written });
        progress.written += count;
      }
    };
    const wander = async (wanderer: Wanderer) => {
      while (progress.written < 4_000) {
        await wanderer.come();
        const turns = Math.random() * 60;
        for (let turn = 0; turn < turns; turn++) await nextTurn();
        wanderer.vanish();
      }
      await wanderer.come();
      await eventually('the end of the log', () => wanderer.seen === start.offset + progress.written);
      wanderer.vanish();
    };
    await Promise.all([write(), ...wanderers.map(wander)]);
    for (const { offsets, refused } of wanderers) {
      expect(offsets).toEqual(upTo(start.offset + progress.written, start.offset));
      expect(refused).toEqual([]);
    }
    expect(wanderers.reduce((sum, { resumes }) => sum + resumes, 0)).toBeGreaterThan(50);
  }, 60_000);

  it('works after an hour, from the log instead of memory', async () => {
    const start = await head();
    await writer.append(channel, 3_000, 'x'.repeat(500));
    const socket = await connect();
    const { payload } = await socket.ask('subscribe', { channel, position: start });
    expect(payload).toEqual({ ...start, recovered: true });
    await eventually('all that was missed', () => socket.events(channel).length === 3_000);
    expect(socket.offsets(channel)).toEqual(upTo(start.offset + 3_000, start.offset));
    socket.cut();
  });

  it('takes one frame for a whole workspace', async () => {
    const start = await head();
    await writer.append(channel, 2);
    const socket = await connect();
    const { offset, epoch } = start;
    await socket.ask('workspace:join', {
      workspaceId: tidings.workspaceId,
      positions: { [channel]: { epoch, offset } },
    });
    await eventually('what was missed', () => socket.events(channel).length === 2);
    expect(socket.ofType('subscribed').find(({ payload }) => payload['channel'] === channel)?.payload).toEqual({
      ...start,
      recovered: true,
    });
    socket.cut();
  });

  it.each([
    ['of another epoch', { epoch: '00000000-0000-4000-8000-000000000000' }],
    ['of an epoch that is none', { epoch: 'x' }],
    ['ahead of the log', { offset: 1_000_000 }],
  ])('with a position %s starts over at the head', async (_, other) => {
    const position = await head();
    const socket = await connect();
    const { payload } = await socket.ask('subscribe', { channel, position: { ...position, ...other } });
    expect(payload).toEqual({ ...position, recovered: false });
    socket.cut();
  });

  it('with a trimmed position starts over at the head, and the oldest kept position still resumes', async () => {
    await writer.append(channel, 100);
    await trimChannel(tidings, channel, 50);
    const position = await head();
    const socket = await connect();
    const trimmed = { ...position, offset: position.offset - 51 };
    expect((await socket.ask('subscribe', { channel, position: trimmed })).payload).toEqual({
      ...position,
      recovered: false,
    });
    await socket.ask('unsubscribe', { channel });
    const kept = { ...position, offset: position.offset - 50 };
    expect((await socket.ask('subscribe', { channel, position: kept })).payload).toEqual({ ...kept, recovered: true });
    await eventually('what was kept', () => socket.events(channel).length === 50);
    socket.cut();
  });
});

describe('an open socket', () => {
  it('gets events whose hints were lost within 5 s', async () => {
    const socket = await connect();
    await socket.ask('subscribe', { channel });
    for (let round = 0; round < 2; round++) {
      const before = Date.now();
      await writer.appendSilently(channel, 3);
      await eventually('the events', () => socket.events(channel).length === 3 * (round + 1), 5_000);
      expect(Date.now() - before).toBeLessThan(5_000);
    }
    socket.cut();
  });

  it('gets them at once with the next hint', async () => {
    const socket = await connect();
    const { payload } = await socket.ask('subscribe', { channel });
    await writer.appendSilently(channel, 3);
    await writer.append(channel, 1);
    await eventually('the events', () => socket.events(channel).length === 4, 1_000);
    expect(socket.offsets(channel)).toEqual(upTo(Number(payload['offset']) + 4, Number(payload['offset'])));
    socket.cut();
  });
});

describe('the log over REST', () => {
  it('returns the same events as the socket, page by page, and a position to continue from', async () => {
    const socket = await connect();
    const { payload } = await socket.ask('subscribe', { channel });
    const start = String(payload['offset']);
    await writer.append(channel, 5, { title: 'a "quoted" ä' });
    await eventually('the events', () => socket.events(channel).length === 5);
    const first = await logPage({ after: start, limit: '3' });
    expect(first.items).toHaveLength(3);
    expect(first.position.offset).toBe(Number(start) + 3);
    const second = await logPage({ cursor: String(first.nextCursor), limit: '3' });
    expect([...first.items, ...second.items]).toEqual(socket.events(channel));
    expect(second.nextCursor).toBeNull();
    const third = await connect();
    await writer.append(channel, 1);
    const resumed = await third.ask('subscribe', { channel, position: second.position });
    expect(resumed.payload['recovered']).toBe(true);
    await eventually('the next event', () => third.events(channel).length === 1);
    socket.cut();
    third.cut();
  });

  it('returns the newest events, oldest first, with the position to continue from', async () => {
    await writer.append(channel, 5);
    const { offset: last } = await head();
    const { items, position, nextCursor } = await logPage({ latest: '3' });
    expect(items.map(({ offset }) => offset)).toEqual([last - 2, last - 1, last]);
    expect(position).toMatchObject({ channel, offset: last });
    expect(nextCursor).toBeNull();
    const all = await logPage({ latest: '200' });
    expect(all.items.length).toBeLessThanOrEqual(200);
    expect(all.items.at(-1)?.offset).toBe(last);
    const socket = await connect();
    expect((await socket.ask('subscribe', { channel, position })).payload['recovered']).toBe(true);
    await writer.append(channel, 1);
    await eventually('the next event', () => socket.events(channel).length === 1);
    expect(socket.offsets(channel)).toEqual([last + 1]);
    socket.cut();
  });

  it('returns the newest events before an offset, and says where the page before it ends', async () => {
    await writer.append(channel, 6);
    const { offset: last } = await head();
    const page = await logPage({ before: String(last), limit: '2' });
    expect(page.items.map(({ offset }) => offset)).toEqual([last - 2, last - 1]);
    expect(page).toMatchObject({ position: { offset: last - 1 }, nextBefore: String(last - 2), recovered: true });
    const earlier = await logPage({ before: String(page.nextBefore), latest: '2' });
    expect(earlier.items.map(({ offset }) => offset)).toEqual([last - 4, last - 3]);
    expect(await logPage({ before: '1' })).toMatchObject({ items: [], nextBefore: null, position: { offset: 0 } });
  });

  it('filters by type and by time, and returns the head as the position of the last page', async () => {
    await writer.append(channel, 3);
    const { items } = await logPage({ latest: '3' });
    const [first, second, third] = items.map(({ offset, ts }) => ({ offset, at: new Date(ts).toISOString() }));
    const position = expect.objectContaining({ offset: third?.offset });
    const type = String(items[0]?.type);
    const typed = await logPage({ type, after: String(first?.offset) });
    expect(typed.items.map(({ offset }) => offset)).toEqual([second?.offset, third?.offset]);
    expect(typed).toMatchObject({ position, nextCursor: null, stopped: false, recovered: true });
    expect(await logPage({ type: 'no:such' })).toMatchObject({ items: [], position, nextCursor: null });
    expect(await logPage({ type: 'no:such', latest: '5' })).toMatchObject({ items: [], position, nextBefore: null });
    const since = await logPage({ since: String(first?.at), limit: '1' });
    expect(since.items[0]?.ts).toBeGreaterThanOrEqual(Date.parse(String(first?.at)));
    expect(since.nextCursor).toBe(String(since.position.offset));
    expect((await logPage({ since: '2999-01-01T00:00:00Z' })).items).toEqual([]);
    expect((await logPage({ until: '2001-01-01T00:00:00Z' })).items).toEqual([]);
    expect((await logPage({ until: '2999-01-01T00:00:00Z', latest: '3' })).items).toEqual(items);
  });

  it.each([
    'before=3&after=1',
    'before=3&cursor=1',
    'before=0',
    'since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z',
  ])('refuses %s', async (query) => {
    const path = `/v1/workspaces/${tidings.workspaceId}/events?channel=${channel}&${query}`;
    expect(await tidings.api.get(path)).toMatchObject({ status: 400 });
  });

  it.each(['latest=0', 'latest=201', 'latest=x', 'latest=3&after=1', 'latest=3&cursor=1'])(
    'refuses %s with the rule that it breaks',
    async (query) => {
      const path = `/v1/workspaces/${tidings.workspaceId}/events?channel=${channel}&${query}`;
      const answer = await tidings.api.get<{ code: string; detail: string }>(path);
      expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('latest') } });
    },
  );

  it.each(['webhooks:00000000-0000-4000-8000-000000000000', 'user:1', 'nonsense'])(
    'knows no channel %s',
    async (name) => {
      const path = `/v1/workspaces/${tidings.workspaceId}/events?channel=${name}`;
      expect(await tidings.api.get(path)).toMatchObject({ status: 404, body: { code: 'channel.not-found' } });
    },
  );

  it.each([
    [
      'a member who was removed',
      404,
      (url: string, member: Api) => tidings.api.delete(`${url}/members/${member.userId}`),
    ],
    ['a login that was ended', 401, (_: string, member: Api) => member.post('/v1/auth/logout-everywhere')],
  ])('gives nothing that came after the answer to %s, also to a call that was under way', async (_, status, end) => {
    const url = `/v1/workspaces/${tidings.workspaceId}`;
    const member = await signUp(tidings.api, `${randomUUID()}@example.com`);
    await tidings.api.put(`${url}/members/${member.userId}`, { role: 'viewer' });
    const { offset } = await head();
    const stop = holdReads(tidings.app.get(LogReader), async () => {
      expect((await end(url, member)).status).toBe(204);
      await writer.append(channel, 1, { title: 'not for this user' });
    });
    const answer = await member.get(`${url}/events?channel=${channel}&after=${offset}&limit=${LIMIT_OF_HELD}`);
    stop();
    expect(answer.status).toBe(status);
  });

  it("does not return one workspace's channel under another's path", async () => {
    const other = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'other' });
    const path = `/v1/workspaces/${other.body.id}/events?channel=${channel}`;
    expect((await tidings.api.get(path)).status).toBe(404);
  });
});
