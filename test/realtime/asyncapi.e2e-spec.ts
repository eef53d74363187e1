import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredEvents } from '../../src/platform/events/define-event.js';
import { definedErrors } from '../../src/platform/errors.js';
import { declaredCommands } from '../../src/realtime/public/define-command.js';
import { declaredRelays } from '../../src/realtime/public/define-relay.js';
import { clientFrames } from '../../src/realtime/protocol/client-frames.js';
import { closings } from '../../src/realtime/protocol/close-codes.js';
import { frameErrors } from '../../src/realtime/protocol/frame-errors.js';
import { serverFrames, type ServerFrameType } from '../../src/realtime/protocol/server-frames.js';
import { Gateway } from '../../src/realtime/websocket/gateway.js';
import * as realtimeErrors from '../../src/realtime/protocol/realtime.errors.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { TestSocket } from '../support/socket.js';

const closeReasons = closings().map(({ clientError: _, ...documented }) => documented);

interface Message {
  readonly name: string;
  readonly title: string;
}

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
/** Severities of errors and warnings, but not of hints. */
const FAILURES: readonly number[] = [0, 1];
const document = JSON.parse(read('asyncapi.json'));
const messages = Object.values<Message>(document.components.messages);
const protocol = read('docs/protocol.md');

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings.stop());

describe('the AsyncAPI document', () => {
  it('equals the document that a running service serves without a token', async () => {
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

  it('lists every frame, event and relay once', () => {
    const expected = [
      ...Object.keys(serverFrames).map((type) => `server ${type}`),
      ...Object.keys(clientFrames).map((type) => `client ${type}`),
      ...declaredEvents().map(({ name }) => `event ${name}`),
      ...declaredCommands().flatMap(({ type, answer }) => [`client ${type}`, `server ${answer.type}`]),
      ...declaredRelays().flatMap(({ type }) => [`client ${type}`, `relayed ${type}`]),
    ];
    expect(messages.map(({ title }) => title).toSorted()).toEqual(expected.toSorted());
  });

  it('lists every close code and every error of a frame', () => {
    const { 'x-close-codes': closeCodes, 'x-error-codes': errorCodes } = document.channels.socket;
    expect(closeCodes).toEqual(closeReasons);
    expect(errorCodes).toEqual(frameErrors());
  });

  it('lists every realtime error that a socket can receive', () => {
    const ofHttpOnly = ['channel.not-found', 'connection.foreign-origin', 'connection.unavailable'];
    const listed = frameErrors().map(({ code }) => code);
    const own = Object.values(realtimeErrors).flatMap((one) => ('definition' in one ? [one.definition.code] : []));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((code) => !listed.includes(code) && !ofHttpOnly.includes(code))).toEqual([]);
    expect(definedErrors().length).toBeGreaterThan(own.length);
  });
});

describe('the gateway', () => {
  it('handles exactly the documented frames', () => {
    const methods = Object.getOwnPropertyNames(Gateway.prototype).map((name) => Reflect.get(Gateway.prototype, name));
    const handled = methods.map((method) => Reflect.getMetadata('message', method)).filter(Boolean);
    expect(handled.toSorted()).toEqual(Object.keys(clientFrames).toSorted());
  });

  it('sends frames that match their documented schemas', async () => {
    const socket = await TestSocket.connect(tidings.url, tidings.api.token);
    const channel = `webhooks:${tidings.workspaceId}`;
    await socket.ask('subscribe', { channel });
    await socket.ask('unsubscribe', { channel });
    await socket.ask('workspace:join', { workspaceId: tidings.workspaceId });
    await socket.ask('workspace:leave', { workspaceId: tidings.workspaceId });
    await socket.ask('auth:refresh', { token: tidings.api.token });
    await socket.ask('ping');
    await socket.ask('nonsense');
    await tidings.api.post('/v1/workspaces', { name: 'more permissions' });
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

describe('docs/protocol.md', () => {
  const rows = protocol.split('\n').flatMap((line) => /^\| *(.*?) *\|/.exec(line)?.[1] ?? []);
  const rowsOf = (name: string) => rows.filter((cell) => cell.includes(`\`${name}\``)).length;

  it.each(Object.keys(clientFrames))('has one line for the client frame %s', (type) => {
    expect(rows.filter((cell) => cell === `\`${type}\``)).toHaveLength(1);
  });

  it('has one line for each command of a feature, and mentions its answer', () => {
    for (const { type, answer } of declaredCommands()) {
      expect(rows.filter((cell) => cell === `\`${type}\``)).toHaveLength(1);
      expect(protocol).toContain(`\`${answer.type}\``);
    }
  });

  it.each(Object.keys(serverFrames))('mentions the server frame %s', (type) => {
    expect(protocol).toContain(`\`${type}\``);
  });

  it.each(closeReasons.map(({ code }) => code))('has one line for the close code %i', (code) => {
    expect(rows.filter((cell) => cell === String(code))).toHaveLength(1);
  });

  it.each(frameErrors().map(({ code }) => code))('has one line for the error %s', (code) => {
    expect(rowsOf(code)).toBe(1);
  });

  it('lists no close code that does not exist', () => {
    const codes = rows.filter((cell) => /^\d{4}$/.test(cell)).map(Number);
    expect(codes.toSorted()).toEqual(closeReasons.map(({ code }) => code).toSorted());
  });
});
