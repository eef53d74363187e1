import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { TestStream } from '../../../test/support/stream.js';
import { eventually } from '../../../test/support/eventually.js';
import { EventBatch } from '../channels/event-batch.js';
import type { SubscriberPosition } from '../channels/subscriber.js';
import { CLOSE } from '../protocol/close-codes.js';
import { ServerFrame } from '../protocol/encode-frames.js';
import { entryOf, LastEventId } from './last-event-id.js';
import { SseTransport } from './sse-transport.js';

const [here, there] = [randomUUID(), randomUUID()];

function run(first: number, ...texts: string[]): EventBatch {
  const [made] = EventBatch.of(texts.map((json, i) => ({ offset: first + i, json })));
  if (made === undefined) throw new Error('There is no run.');
  return made;
}

function place(epoch: string, offset: number): SubscriberPosition {
  return { offset, position: { channel: `things:${epoch}`, epoch, offset } };
}

describe('SseTransport', () => {
  let server: FastifyInstance;
  let url: string;
  let resume: LastEventId | undefined;
  let answered: (transport: SseTransport, reply: FastifyReply) => void;

  beforeAll(async () => {
    server = fastify({ forceCloseConnections: true });
    server.get('/v1/stream', (_request, reply) => answered(new SseTransport(reply, resume), reply));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => server.close());
  beforeEach(() => (resume = undefined));

  async function open(): Promise<{ stream: TestStream; transport: SseTransport }> {
    const lines: SseTransport[] = [];
    answered = (transport) => {
      lines.push(transport);
      transport.send(ServerFrame.of('pong', {}));
    };
    const stream = await TestStream.open(url, []);
    const [transport] = lines;
    if (transport === undefined) throw new Error('There is no line.');
    return { stream, transport };
  }

  it('marks every line of a text as data, so that no text becomes a field', async () => {
    const { stream, transport } = await open();
    for (const end of ['\n', '\r', '\r\n', '\n\n']) transport.write(run(1, `{"a":${end}"id: 7"}`), place(here, 0));
    await eventually('the texts', () => stream.frames.length === 5);
    expect(stream.frames.slice(1)).toEqual(Array.from({ length: 4 }, () => ({ a: 'id: 7' })));
    expect(stream.ids.slice(1)).toEqual(Array.from({ length: 4 }, () => entryOf(here, 1)));
    stream.cut();
  });

  it('sends with each event the positions in all channels, and only events after the position', async () => {
    const { stream, transport } = await open();
    const [mine, other] = [place(here, 5), place(there, 9)];
    transport.trackPositions(new Map([mine, other].map((one) => [one.position.channel, one])));
    transport.write(run(5, '"a"', '"b"', '"c"'), mine);
    await eventually('the events', () => stream.frames.length === 3);
    expect(stream.frames.slice(1)).toEqual(['b', 'c']);
    expect(stream.ids.slice(1)).toEqual([6, 7].map((offset) => [entryOf(here, offset), entryOf(there, 9)].join()));
    stream.cut();
  });

  it("keeps the client's former positions until all channels are subscribed", async () => {
    resume = LastEventId.parse([entryOf(here, 3), entryOf(there, 4)].join());
    const { stream, transport } = await open();
    const first = place(here, 8);
    transport.trackPositions(new Map([[first.position.channel, first]]));
    transport.send(ServerFrame.of('pong', {}));
    transport.endResume();
    transport.send(ServerFrame.of('pong', {}));
    await eventually('the frames', () => stream.frames.length === 3);
    expect(stream.ids).toEqual([
      [entryOf(here, 3), entryOf(there, 4)].join(),
      [entryOf(here, 8), entryOf(there, 4)].join(),
      entryOf(here, 8),
    ]);
    stream.cut();
  });

  it('writes nothing after its end, and ends the response', async () => {
    const { stream, transport } = await open();
    transport.close(CLOSE.expired);
    transport.send(ServerFrame.of('pong', {}));
    transport.ping();
    await stream.waitForEnd();
    expect(stream.frames).toHaveLength(1);
    expect(transport.isOpen).toBe(false);
  });

  it('that was closed before it began leaves the response untouched', async () => {
    answered = (transport, reply) => {
      transport.ping();
      transport.close(CLOSE.tryLater);
      transport.send(ServerFrame.of('pong', {}));
      void reply.status(418).send({ code: 'another.answer' });
    };
    await expect(TestStream.open(url, [])).rejects.toThrow('HTTP 418 another.answer');
  });

  it('does not begin after another answer', async () => {
    answered = (transport, reply) => {
      reply.raw.writeHead(418);
      transport.send(ServerFrame.of('pong', {}));
      expect(transport.hasBegun).toBe(false);
      reply.hijack().raw.end('{"code":"another.answer"}');
    };
    await expect(TestStream.open(url, [])).rejects.toThrow('HTTP 418 another.answer');
  });
});
