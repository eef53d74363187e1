import { describe, expect, it } from '@jest/globals';
import { readEvents } from './event-stream.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** @returns the data of the events, and the number of calls to `heard` */
async function read(...chunks: readonly (string | Uint8Array)[]): Promise<{ events: string[]; heard: number }> {
  let heard = 0;
  const events: string[] = [];
  const body = bodyOf(chunks.map((chunk) => (typeof chunk === 'string' ? bytesOf(chunk) : chunk)));
  for await (const event of readEvents(body, () => heard++)) events.push(event);
  return { events, heard };
}

describe('an event stream', () => {
  it('yields the data of each event and ignores other fields', async () => {
    const { events } = await read('id: 1\nevent: x\ndata: one\nretry: 5\n\ndata: two\n\n');
    expect(events).toEqual(['one', 'two']);
  });

  it('joins the lines of an event and removes one leading blank from each', async () => {
    const { events } = await read('data: {\ndata:  "a": 1\ndata:}\n\n');
    expect(events).toEqual(['{\n "a": 1\n}']);
  });

  it('is independent of chunk boundaries, even within a character', async () => {
    const text = 'data: für ⚓\r\n\r\n: comment\r\ndata: zwei\r\ndata: Zeilen\r\n\r\n';
    const bytes = bytesOf(text);
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) =>
        bytes.slice(place * size, (place + 1) * size),
      );
      expect((await read(...chunks)).events).toEqual(['für ⚓', 'zwei\nZeilen']);
    }
  });

  it('reports comments as heard, but not as events', async () => {
    expect(await read(': still here\n\n', ': and again\n\n')).toEqual({ events: [], heard: 2 });
  });

  it('yields an event without waiting for the next one', async () => {
    let send = (_: Uint8Array): void => undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (send = (b) => controller.enqueue(b)) });
    const events = readEvents(body, () => undefined);
    send(bytesOf('data: now\n\ndata: not yet\n'));
    expect(await events.next()).toEqual({ value: 'now', done: false });
    send(bytesOf('\n'));
    expect(await events.next()).toEqual({ value: 'not yet', done: false });
  });

  it('drops an incomplete event', async () => {
    expect((await read('data: whole\n\ndata: cut o')).events).toEqual(['whole']);
  });

  it('fails when the network fails', async () => {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('gone')) });
    await expect(readEvents(body, () => undefined).next()).rejects.toThrow('gone');
  });
});
