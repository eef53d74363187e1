import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { TestStream } from '../../../test/support/stream.js';
import { eventually } from '../../../test/support/eventually.js';
import { EventRun } from '../feeds/event-run.js';
import type { Place } from '../feeds/listener.js';
import { CLOSE } from '../frames/close-codes.js';
import { ServerFrame } from '../frames/frame.js';
import { entryOf, ResumePoint } from './resume-point.js';
import { StreamLine } from './stream-line.js';

const [here, there] = [randomUUID(), randomUUID()];

function run(first: number, ...texts: string[]): EventRun {
  const [made] = EventRun.of(texts.map((json, i) => ({ offset: first + i, json })));
  if (made === undefined) throw new Error('There is no run.');
  return made;
}

function place(epoch: string, offset: number): Place {
  return { offset, position: { channel: `things:${epoch}`, epoch, offset } };
}

describe('the line of a stream', () => {
  let server: FastifyInstance;
  let url: string;
  let resume: ResumePoint | undefined;
  let answered: (line: StreamLine, reply: FastifyReply) => void;

  beforeAll(async () => {
    server = fastify({ forceCloseConnections: true });
    server.get('/v1/stream', (_request, reply) => answered(new StreamLine(reply, resume), reply));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => server.close());
  beforeEach(() => (resume = undefined));

  async function open(): Promise<{ stream: TestStream; line: StreamLine }> {
    const lines: StreamLine[] = [];
    answered = (line) => {
      lines.push(line);
      line.send(ServerFrame.of('pong', {}));
    };
    const stream = await TestStream.open(url, []);
    const [line] = lines;
    if (line === undefined) throw new Error('There is no line.');
    return { stream, line };
  }

  it('marks every line of a text as data, so that no text becomes a field', async () => {
    const { stream, line } = await open();
    for (const end of ['\n', '\r', '\r\n', '\n\n']) line.write(run(1, `{"a":${end}"id: 7"}`), place(here, 0));
    await eventually('the texts', () => stream.frames.length === 5);
    expect(stream.frames.slice(1)).toEqual(Array.from({ length: 4 }, () => ({ a: 'id: 7' })));
    expect(stream.ids.slice(1)).toEqual(Array.from({ length: 4 }, () => entryOf(here, 1)));
    stream.cut();
  });

  it('says with each event where the stream stands in all channels, and writes only what follows the place', async () => {
    const { stream, line } = await open();
    const [mine, other] = [place(here, 5), place(there, 9)];
    line.tellOf(new Map([mine, other].map((one) => [one.position.channel, one])));
    line.write(run(5, '"a"', '"b"', '"c"'), mine);
    await eventually('the events', () => stream.frames.length === 3);
    expect(stream.frames.slice(1)).toEqual(['b', 'c']);
    expect(stream.ids.slice(1)).toEqual([6, 7].map((offset) => [entryOf(here, offset), entryOf(there, 9)].join()));
    stream.cut();
  });

  it('forgets nothing of what its client knew until all channels are followed', async () => {
    resume = ResumePoint.parse([entryOf(here, 3), entryOf(there, 4)].join());
    const { stream, line } = await open();
    const first = place(here, 8);
    line.tellOf(new Map([[first.position.channel, first]]));
    line.send(ServerFrame.of('pong', {}));
    line.settle();
    line.send(ServerFrame.of('pong', {}));
    await eventually('the frames', () => stream.frames.length === 3);
    expect(stream.ids).toEqual([
      [entryOf(here, 3), entryOf(there, 4)].join(),
      [entryOf(here, 8), entryOf(there, 4)].join(),
      entryOf(here, 8),
    ]);
    stream.cut();
  });

  it('writes nothing after its end, and ends for its client too', async () => {
    const { stream, line } = await open();
    line.close(CLOSE.expired);
    line.send(ServerFrame.of('pong', {}));
    line.ping();
    await stream.waitForEnd();
    expect(stream.frames).toHaveLength(1);
    expect(line.isOpen).toBe(false);
  });

  it('that was closed before it began leaves the answer to others', async () => {
    answered = (line, reply) => {
      line.ping();
      line.close(CLOSE.tryLater);
      line.send(ServerFrame.of('pong', {}));
      void reply.status(418).send({ code: 'another.answer' });
    };
    await expect(TestStream.open(url, [])).rejects.toThrow('HTTP 418 another.answer');
  });

  it('begins no more when another answer has begun', async () => {
    answered = (line, reply) => {
      reply.raw.writeHead(418);
      line.send(ServerFrame.of('pong', {}));
      expect(line.hasBegun).toBe(false);
      reply.hijack().raw.end('{"code":"another.answer"}');
    };
    await expect(TestStream.open(url, [])).rejects.toThrow('HTTP 418 another.answer');
  });
});
