import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionRegistry } from '../../src/realtime/connections/connection-registry.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { LogWriter } from '../support/log-writer.js';
import { OPCODE, rawFrame, RawSocket, type RawFrame } from '../support/raw-socket.js';
import { TestSocket } from '../support/socket.js';

const MIB = 1024 * 1024;
const FRAGMENTS = 131_072;
const RANDOM_FRAMES = Number(process.env['RANDOM_FRAMES'] ?? 10_000);
const FRAMES_PER_SOCKET = 50;

let tidings: RunningTidings;
let channel: string;
const opened: Array<{ cut(): void }> = [];

beforeAll(async () => {
  tidings = await startTidings();
  channel = `webhooks:${tidings.workspaceId}`;
});
afterAll(() => tidings.stop());
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.cut();
  await eventually('all are forgotten', () => tidings.app.get(ConnectionRegistry).count === 0);
});

function kept<Connection extends { cut(): void }>(connection: Connection): Connection {
  opened.push(connection);
  return connection;
}

const raw = async (headers: Record<string, string> = {}) =>
  kept(await RawSocket.connect(tidings.url, tidings.api.token, headers));
const client = async () => kept(await TestSocket.connect(tidings.url, tidings.api.token));
const text = (value: string | Buffer, rest: Partial<RawFrame> = {}): RawFrame => ({
  opcode: OPCODE.text,
  payload: Buffer.from(value),
  ...rest,
});

describe('a fragmented message', () => {
  it.each<[string, Buffer]>([
    ['of one byte', Buffer.from('x')],
    ['that are empty', Buffer.alloc(0)],
  ])('%s is not gathered for ever: closed with 1008, in less than 10 MB', async (_, payload) => {
    const socket = await raw();
    const fragment = rawFrame({ opcode: OPCODE.continuation, payload, final: false });
    globalThis.gc?.();
    const before = process.memoryUsage();
    socket.send(text(payload, { final: false }));
    socket.sendBytes(Buffer.concat(Array.from({ length: FRAGMENTS }, () => fragment)));
    expect(await socket.closeCode()).toBe(1008);
    const { external, arrayBuffers } = process.memoryUsage();
    const sent = 2 * fragment.length * FRAGMENTS;
    expect(external + arrayBuffers - before.external - before.arrayBuffers - sent).toBeLessThan(10 * MIB);
  });

  it('that is too large in total is closed with 1009', async () => {
    const socket = await raw();
    const half = Buffer.alloc(40_000, 'x');
    socket.send(text(half, { final: false }), { opcode: OPCODE.continuation, payload: half });
    expect(await socket.closeCode()).toBe(1009);
  });

  it('may be interrupted by pings, and is one frame', async () => {
    const socket = await raw();
    const [head, tail] = ['{"type":"ping",', '"id":"in two"}'];
    socket.send(
      text(head, { final: false }),
      { opcode: OPCODE.ping },
      { opcode: OPCODE.continuation, payload: Buffer.from(tail) },
    );
    await eventually('the answer', () => socket.text.includes('"in two"'));
  });
});

describe('a violated protocol', () => {
  it.each<[number, string, RawFrame[]]>([
    [1002, 'a frame without a mask', [text('{"type":"ping"}', { masked: false })]],
    [1002, 'compressed data without negotiation', [text('{"type":"ping"}', { reserved: 0x40 })]],
    [1002, 'an unknown opcode', [{ opcode: 0x3 }]],
    [1002, 'a continuation of nothing', [{ opcode: OPCODE.continuation }]],
    [1002, 'a message within a message', [text('a', { final: false }), text('b')]],
    [1002, 'a ping in fragments', [{ opcode: OPCODE.ping, final: false }]],
    [1002, 'a ping of 126 bytes', [{ opcode: OPCODE.ping, payload: Buffer.alloc(126) }]],
    [1007, 'a text that is no UTF-8', [text(Buffer.from([0xff, 0xfe]))]],
    [1007, 'a text that ends within a character', [text(Buffer.from([0xe2, 0x82]))]],
    [1009, 'a frame of 64 KiB and one byte', [text(Buffer.alloc(65_537, ' '))]],
  ])('is closed with %i: %s', async (code, _, frames) => {
    const socket = await raw();
    socket.send(...frames);
    expect(await socket.closeCode()).toBe(code);
  });

  it('with an announced length of 2^53 bytes is closed with 1009 without waiting for them', async () => {
    const socket = await raw();
    const head = Buffer.from([0x81, 0xff, 0, 0x20, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    socket.sendBytes(head);
    expect(await socket.closeCode()).toBe(1009);
  });
});

describe('compression', () => {
  it('is not negotiated', async () => {
    const offer = 'permessage-deflate; client_max_window_bits; server_no_context_takeover, x-webkit-deflate-frame';
    const socket = await raw({ 'sec-websocket-extensions': offer });
    expect(socket.head).toMatch(/^HTTP\/1.1 101 /);
    expect(socket.head.toLowerCase()).not.toContain('sec-websocket-extensions');
  });
});

describe('a flood', () => {
  it('of frames is answered up to the limit, then closed with 4400; no other client is delayed', async () => {
    const [flooder, other] = [await raw(), await client()];
    const { payload } = await other.ask('subscribe', { channel });
    const writer = new LogWriter(tidings.app);
    const ping = rawFrame(text('{"type":"ping"}'));
    const began = performance.now();
    flooder.sendBytes(Buffer.concat(Array.from({ length: 10_000 }, () => ping)));
    await writer.append(channel, 1);
    await eventually('the event', () => other.offsets(channel).at(-1) === Number(payload['offset']) + 1);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await flooder.closeCode()).toBe(4400);
    // The allowance grows by ten a second while the server reads.
    const refilled = Math.ceil((performance.now() - began) / 100);
    expect(flooder.text.split('"pong"').length).toBeLessThanOrEqual(101 + refilled);
    expect(flooder.text.split('frame.too-many').length).toBeLessThanOrEqual(101 + refilled);
  });

  it('of 10,000 subscribes is closed with 4400', async () => {
    const socket = await client();
    for (let i = 0; i < 10_000; i++) socket.send('subscribe', { channel: `webhooks:${i}` }, i);
    expect((await socket.waitForClose()).code).toBe(4400);
  });

  it('of pings from a client that does not read is closed, and their pongs are not buffered', async () => {
    const socket = await raw();
    const [session] = tidings.app.get(ConnectionRegistry).of(tidings.api.userId);
    socket.wire.pause();
    const ping = rawFrame({ opcode: OPCODE.ping, payload: Buffer.alloc(125) });
    socket.sendBytes(Buffer.concat(Array.from({ length: 100_000 }, () => ping)));
    await eventually('it is closed', () => session?.closedFor);
    expect(session?.closedFor).toBe('protocol abuse');
    expect(session?.bufferedBytes ?? 0).toBeLessThan(MIB);
    socket.wire.resume();
    expect(await socket.closeCode()).toBe(4400);
    expect(socket.bytesReceived).toBeLessThan(100_000);
  });

  it("over many connections of one user is refused, even below each connection's limit", async () => {
    const sockets = await Promise.all(Array.from({ length: 15 }, () => client()));
    for (const socket of sockets) for (let i = 0; i < 90; i++) socket.send('ping', {}, i);
    await eventually('all are answered', () =>
      sockets.every(({ frames }) => frames.filter(({ id }) => id !== undefined).length === 90),
    );
    const answers = sockets.flatMap(({ frames }) => frames.filter(({ id }) => id !== undefined));
    const pongs = answers.filter(({ type }) => type === 'pong').length;
    expect(pongs).toBeGreaterThanOrEqual(1_000);
    expect(pongs).toBeLessThan(1_350);
    expect(answers.find(({ type }) => type === 'error')?.payload).toMatchObject({
      code: 'frame.too-many',
      temporary: true,
    });
  });
});

describe(`${RANDOM_FRAMES} random frames`, () => {
  it('crash no process and are closed with codes of the RFC or of this protocol', async () => {
    const dice = new Dice(Number(process.env['SEED'] ?? 7));
    const codes = new Map<number | undefined, number>();
    for (let sent = 0; sent < RANDOM_FRAMES;) {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => raw()));
      for (const socket of sockets) {
        const frames = Array.from({ length: FRAMES_PER_SOCKET }, () => randomFrame(dice));
        socket.sendBytes(Buffer.concat(frames));
        sent += frames.length;
      }
      for (const socket of sockets) {
        socket.send({ opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8]) });
        socket.wire.end();
        const code = await socket.closeCode();
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    const allowed = [undefined, 1000, 1002, 1005, 1007, 1008, 1009, 4400];
    expect([...codes.keys()].filter((code) => !allowed.includes(code))).toEqual([]);
    expect(codes.get(1002)).toBeGreaterThan(0);
    expect((await (await client()).ask('ping')).type).toBe('pong');
  }, 60_000);
});

function randomFrame(dice: Dice): Buffer {
  const bytes = Buffer.from(Array.from({ length: dice.below(40) }, () => dice.below(256)));
  if (dice.below(10) === 0) return bytes;
  return rawFrame({
    opcode: dice.below(4) === 0 ? dice.below(16) : OPCODE.text,
    payload: dice.below(2) === 0 ? bytes : Buffer.from('{"type":"ping"}'),
    final: dice.below(8) > 0,
    reserved: dice.below(12) === 0 ? dice.below(8) << 4 : 0,
    masked: dice.below(20) > 0,
  });
}
