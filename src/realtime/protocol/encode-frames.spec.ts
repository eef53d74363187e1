import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { ServerFrame, textFrames, textsOf } from './encode-frames.js';

/** Decodes the bytes with a real client, as they bypass the server side of ws. */
describe('encoded frames', () => {
  let http: Server;
  let client: WebSocket;
  let wire: Duplex;
  const received: string[] = [];

  beforeAll(async () => {
    const server = new WebSocketServer({ noServer: true });
    http = createServer().on('upgrade', (request, socket, head) => {
      wire = socket;
      server.handleUpgrade(request, socket, head, () => undefined);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    client.on('message', (data) => received.push(data.toString()));
    await once(client, 'open');
  });

  afterAll(() => {
    client.terminate();
    http.close();
  });

  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('are read as a text of %i bytes', async (length) => {
    received.length = 0;
    wire.write(textFrames(['x'.repeat(length), 'behind']).bytes);
    while (received.length < 2) await once(client, 'message');
    expect(received).toEqual(['x'.repeat(length), 'behind']);
  });

  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('decode to their texts of %i bytes', (length) => {
    const texts = ['x'.repeat(length), 'ä\u{1F4E8}', 'y'.repeat(length)];
    expect(textsOf(textFrames(texts))).toEqual(texts);
  });

  it('measure texts in bytes, not characters', async () => {
    received.length = 0;
    const text = `${'ä'.repeat(63)}\u{1F4E8}`;
    const { bytes, ends } = textFrames([text, text]);
    wire.write(bytes.subarray(ends[0]));
    await once(client, 'message');
    expect(received).toEqual([text]);
    expect(ends[1]).toBe(bytes.length);
  });

  it('carry type, payload and time, and the id only if there is one', () => {
    const read = (frame: Buffer) => JSON.parse(frame.subarray(2).toString());
    expect(read(ServerFrame.of('pong', {}).bytes)).toEqual({ type: 'pong', payload: {}, ts: expect.any(Number) });
    expect(read(ServerFrame.of('pong', {}, 0).bytes)).toEqual({
      type: 'pong',
      payload: {},
      ts: expect.any(Number),
      id: 0,
    });
  });
});
