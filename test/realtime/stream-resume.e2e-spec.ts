import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { headOf, upTo } from '../support/offsets.js';
import { LogWriter } from '../support/log-writer.js';
import { TestStream, type StreamOptions } from '../support/stream.js';
import { trimChannel } from '../support/trim-channel.js';

const NOBODYS = '00000000-0000-4000-8000-000000000000';

let tidings: RunningTidings;
let channel: string;
let writer: LogWriter;
const open: TestStream[] = [];

beforeAll(async () => {
  tidings = await startTidings();
  channel = `webhooks:${tidings.workspaceId}`;
  writer = new LogWriter(tidings.app);
});
afterAll(() => tidings.stop());
afterEach(() => {
  for (const stream of open.splice(0)) stream.cut();
});

async function follow(channels: readonly string[] = [channel], options: StreamOptions = {}): Promise<TestStream> {
  const stream = await TestStream.follow(tidings.url, channels, { token: tidings.api.token, ...options });
  open.push(stream);
  return stream;
}

const head = () => headOf(tidings.api, tidings.workspaceId, channel);

describe('resuming a stream', () => {
  it('delivers missed events once and in order, and continues live without a gap', async () => {
    const other = `workspace:${tidings.workspaceId}`;
    const first = await follow([channel, other]);
    const starts = [channel, other].map((name) => Number(first.subscribed(name)?.['offset']));
    first.cut();
    const progress = { written: 0 };
    const write = async () => {
      while (progress.written < 1_500) {
        const count = 1 + Math.floor(Math.random() * 20);
        await Promise.all([writer.append(channel, count), writer.append(other, count)]);
        progress.written += count;
      }
    };
    const wander = async () => {
      let id = first.lastEventId;
      const seen: [number[], number[]] = [[], []];
      const come = () => TestStream.open(tidings.url, [channel, other], { token: tidings.api.token, lastEventId: id });
      const leave = (stream: TestStream) => {
        stream.cut();
        id = stream.lastEventId === '' ? id : stream.lastEventId;
        [channel, other].forEach((name, i) => seen[i]?.push(...stream.offsets(name)));
        expect(stream.ofType('subscribed').filter(({ payload }) => payload['recovered'] !== true)).toEqual([]);
      };
      while (progress.written < 1_500) {
        const stream = await come();
        const turns = Math.random() * 60;
        for (let turn = 0; turn < turns; turn++) await nextTurn();
        leave(stream);
      }
      const last = await come();
      const isAtEnd = (name: string, i: number) =>
        (last.offsets(name).at(-1) ?? seen[i]?.at(-1)) === (starts[i] ?? 0) + progress.written;
      await eventually('the end of the log', () => [channel, other].every(isAtEnd));
      leave(last);
      return seen;
    };
    const [, ...seen] = await Promise.all([write(), ...upTo(4).map(wander)]);
    for (const offsets of seen) {
      expect(offsets).toEqual(starts.map((start) => upTo(start + progress.written, start)));
    }
  }, 30_000);

  it('continues from the id of any event, also within a batch', async () => {
    const stream = await follow();
    await writer.append(channel, 50);
    await eventually('the events', () => stream.events(channel).length === 50);
    const events = stream.events(channel);
    const place = stream.frames.findIndex(({ offset }) => offset === events[19]?.offset);
    const again = await follow([channel], { lastEventId: stream.ids[place] });
    await eventually('the rest', () => again.events(channel).length === 30);
    expect(again.events(channel)).toEqual(events.slice(20));
  });

  it('works from a position of a REST list, and in the URL', async () => {
    const { epoch, offset } = await head();
    await writer.append(channel, 2);
    const stream = await follow([channel], { query: { lastEventId: `${epoch}.${offset}` } });
    expect(stream.subscribed(channel)).toEqual({ channel, epoch, offset, recovered: true });
    await eventually('what was missed', () => stream.events(channel).length === 2);
    const position = (last: number) => `${epoch}.${last}`;
    const both = await follow([channel], {
      lastEventId: position(offset + 1),
      query: { lastEventId: position(offset) },
    });
    await eventually('what the header left', () => both.events(channel).length === 1);
  });

  it.each([
    ['of another epoch', async () => `${NOBODYS}.${(await head()).offset}`],
    ['ahead of the log', async () => `${(await head()).epoch}.1000000`],
    ['that is none', async () => 'x,,.;='],
    ['of an offset that is none', async () => `${(await head()).epoch}.-1`],
  ])('with an id %s starts over at the head, and is told so', async (_, id) => {
    const stream = await follow([channel], { lastEventId: await id() });
    expect(stream.subscribed(channel)).toEqual({ ...(await head()), recovered: false });
  });

  it('with an id whose events were trimmed starts over for that channel only', async () => {
    const own = `user:${tidings.api.userId}`;
    const stream = await follow();
    await writer.append(channel, 100);
    await trimChannel(tidings, channel, 50);
    const id = stream.ids.at(-1);
    const again = await follow([channel], { lastEventId: stream.ids[2] ?? id });
    expect(again.subscribed(channel)).toEqual({ ...(await head()), recovered: false });
    expect(again.subscribed(own)).toMatchObject({ recovered: true });
  });
});
