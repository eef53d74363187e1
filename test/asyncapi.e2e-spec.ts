import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredEvents } from '../src/platform/events/define-event.js';
import { definedErrors } from '../src/platform/errors.js';
import { declaredRelays } from '../src/realtime/public/define-relay.js';
import { clientFrames } from '../src/realtime/protocol/client-frames.js';
import { CLOSE, CLOSE_BY_WS } from '../src/realtime/protocol/close-codes.js';
import { frameErrors } from '../src/realtime/protocol/frame-errors.js';
import { serverFrames, type ServerFrameType } from '../src/realtime/protocol/server-frames.js';
import { Gateway } from '../src/realtime/websocket/gateway.js';
import * as realtimeErrors from '../src/realtime/protocol/realtime.errors.js';
import { startTidings, type RunningTidings } from './support/app.js';
import { TestSocket } from './support/socket.js';

const closings = Object.values({ ...CLOSE_BY_WS, ...CLOSE });

interface Message {
  readonly name: string;
  readonly title: string;
}

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
/** Errors and warnings, not hints. */
const FAILURES: readonly number[] = [0, 1];
const document = JSON.parse(read('asyncapi.json'));
const messages = Object.values<Message>(document.components.messages);
const protocol = read('docs/protocol.md');

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings.stop());

describe('the description of what is live', () => {
  it('is what a running service shows to everybody', async () => {
    const response = await fetch(`${tidings.url}/asyncapi.json`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(document);
  });

  it('is valid AsyncAPI 3.0', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(document);
    expect(diagnostics.filter(({ severity }) => FAILURES.includes(severity))).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.operations().all().length).toBeGreaterThan(Object.keys(clientFrames).length);
  });

  it('has every frame, event and relay once', () => {
    const expected = [
      ...Object.keys(serverFrames).map((type) => `server ${type}`),
      ...Object.keys(clientFrames).map((type) => `client ${type}`),
      ...declaredEvents().map(({ name }) => `event ${name}`),
      ...declaredRelays().flatMap(({ type }) => [`client ${type}`, `relayed ${type}`]),
    ];
    expect(messages.map(({ title }) => title).toSorted()).toEqual(expected.toSorted());
  });

  it('has every close code and every error that a frame can carry', () => {
    const { 'x-close-codes': closeCodes, 'x-error-codes': errorCodes } = document.channels.socket;
    expect(closeCodes).toEqual(closings);
    expect(errorCodes).toEqual(frameErrors());
  });

  it('leaves out no error of this room that a socket can get', () => {
    const ofHttpOnly = ['channel.not-found', 'connection.foreign-origin', 'connection.unavailable'];
    const listed = frameErrors().map(({ code }) => code);
    const own = Object.values(realtimeErrors).flatMap((one) => ('definition' in one ? [one.definition.code] : []));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((code) => !listed.includes(code) && !ofHttpOnly.includes(code))).toEqual([]);
    expect(definedErrors().length).toBeGreaterThan(own.length);
  });
});

describe('the gateway', () => {
  it('handles the frames that are described, and no other', () => {
    const methods = Object.getOwnPropertyNames(Gateway.prototype).map((name) => Reflect.get(Gateway.prototype, name));
    const handled = methods.map((method) => Reflect.getMetadata('message', method)).filter(Boolean);
    expect(handled.toSorted()).toEqual(Object.keys(clientFrames).toSorted());
  });

  it('sends frames of the shapes that are described', async () => {
    const socket = await TestSocket.connect(tidings.url, tidings.api.token);
    const channel = `webhooks:${tidings.workspaceId}`;
    await socket.ask('subscribe', { channel });
    await socket.ask('unsubscribe', { channel });
    await socket.ask('workspace:join', { workspaceId: tidings.workspaceId });
    await socket.ask('workspace:leave', { workspaceId: tidings.workspaceId });
    await socket.ask('auth:refresh', { token: tidings.api.token });
    await socket.ask('ping');
    await socket.ask('nonsense');
    await tidings.api.post('/v1/workspaces', { name: 'of more rights' });
    await socket.waitFor(({ type }) => type === 'permissions:updated');
    const own = socket.frames.filter(({ offset }) => offset === undefined);
    for (const { type, payload } of own) {
      const { error } = serverFrames[type as ServerFrameType].payload.safeParse(payload);
      expect([type, error?.issues]).toEqual([type, undefined]);
    }
    expect(new Set(own.map(({ type }) => type)).size).toBeGreaterThanOrEqual(9);
    socket.cut();
  });
});

describe('the protocol for people', () => {
  const rows = protocol.split('\n').flatMap((line) => /^\| *(.*?) *\|/.exec(line)?.[1] ?? []);
  const rowsOf = (name: string) => rows.filter((cell) => cell.includes(`\`${name}\``)).length;

  it.each(Object.keys(clientFrames))('has one line for the frame %s of a client', (type) => {
    expect(rows.filter((cell) => cell === `\`${type}\``)).toHaveLength(1);
  });

  it.each(Object.keys(serverFrames))('tells of the frame %s of the server', (type) => {
    expect(protocol).toContain(`\`${type}\``);
  });

  it.each(closings.map(({ code }) => code))('has one line for the close code %i', (code) => {
    expect(rows.filter((cell) => cell === String(code))).toHaveLength(1);
  });

  it.each(frameErrors().map(({ code }) => code))('has one line for the error %s', (code) => {
    expect(rowsOf(code)).toBe(1);
  });

  it('has no code that there is not', () => {
    const codes = rows.filter((cell) => /^\d{4}$/.test(cell)).map(Number);
    expect(codes.toSorted()).toEqual(closings.map(({ code }) => code).toSorted());
  });
});
