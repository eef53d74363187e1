import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../../support/server-process.js';
import { Writer } from '../../support/writer.js';

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;
const SYNC_REPLY = 4;
const STATELESS = 5;
const ABUSE = 4400;
const ROUNDS = Number(process.env['MALFORMED_ROUNDS'] ?? 150);

type Write = (encoder: encoding.Encoder) => void;

describe('malformed messages about documents', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let token: string;
  let id: string;
  let keeper: Writer;
  let printedAtStart: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await ServerProcess.make({ DATABASE_URL: database.url, DATABASE_POOL: '6', LOG_LEVEL: 'info' });
    await server.start();
    const { api, workspaceId } = await signInAsAdministrator(server.url);
    token = api.token;
    id = (await api.post<{ id: string }>(`/v1/workspaces/${workspaceId}/documents`, { title: 'Minutes' })).body.id;
    keeper = new Writer(() => server.url, id, token);
    await eventually('it is open', () => keeper.isSynced);
    keeper.text.insert(0, 'here');
    await eventually('it is stored', () => keeper.isSynced);
    printedAtStart = server.printed.length;
  }, 60_000);

  afterAll(async () => {
    keeper?.leave();
    await server?.dispose();
    await database?.drop();
  });

  function message(type: number, write: Write = () => undefined): Uint8Array {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, id);
    encoding.writeVarUint(encoder, type);
    write(encoder);
    return encoding.toUint8Array(encoder);
  }

  const sync = (step: number, body: Uint8Array, type = SYNC) =>
    message(type, (encoder) => {
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, body);
    });
  const auth = () =>
    message(AUTH, (encoder) => {
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarString(encoder, token);
    });

  /** @returns the close code; undefined when the socket still answers a request afterwards */
  async function send(...messages: Uint8Array[]): Promise<number | undefined> {
    const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/documents`);
    socket.on('error', () => undefined);
    let code: number | undefined;
    let answers = 0;
    socket.on('close', (closed) => (code = closed));
    socket.on('message', () => (answers += 1));
    await eventually('it is connected', () => socket.readyState === WebSocket.OPEN);
    socket.send(auth());
    await eventually('it is authenticated', () => answers > 0);
    for (const each of messages) socket.send(each);
    const before = answers;
    socket.send(sync(0, Y.encodeStateVector(new Y.Doc())));
    await eventually('it is answered or closed', () => code !== undefined || answers > before + 1);
    socket.terminate();
    return code;
  }

  async function expectUnharmed(): Promise<void> {
    expect(server.isRunning).toBe(true);
    const { length } = keeper.text;
    keeper.text.insert(length, '.');
    await eventually('other clients can still write', () => keeper.isSynced);
    expect(keeper.closes).toEqual([]);
    const lines = server.printed
      .slice(printedAtStart)
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.filter((line) => !isJson(line))).toEqual([]);
  }

  const FULL_VARINT = Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);

  it.each<[string, () => Uint8Array]>([
    ['a state vector of noise', () => sync(0, Uint8Array.from([9, 255, 255, 3]))],
    ['a state vector that claims more entries than bytes', () => sync(0, Uint8Array.from([255, 255, 255, 15, 1]))],
    ['a state vector with an invalid number', () => sync(0, Uint8Array.from([1, ...FULL_VARINT, 1]))],
    ['an empty state vector', () => sync(0, new Uint8Array())],
    ['a state vector of more than 1 MiB', () => sync(0, new Uint8Array(1024 * 1024 + 1))],
    ['a truncated sync message', () => message(SYNC)],
    ['an unknown step', () => sync(7, new Uint8Array([0, 0]))],
    ['an unknown step of a reply', () => sync(7, new Uint8Array([0, 0]), SYNC_REPLY)],
    ['a truncated step', () => sync(2, new Uint8Array(100)).slice(0, -50)],
    ['an unknown type', () => message(99)],
    ['a type that is not a number', () => Uint8Array.from([...message(0).slice(0, -1), ...FULL_VARINT])],
    ['a stateless message', () => message(STATELESS, (encoder) => encoding.writeVarString(encoder, '{}'))],
    ['a broadcast stateless message', () => message(6, (encoder) => encoding.writeVarString(encoder, '{}'))],
    ['a truncated token', () => auth().slice(0, -10)],
    ['truncated awareness', () => message(AWARENESS, (encoder) => encoding.writeVarUint(encoder, 5_000))],
    ['an invalid document name', () => Uint8Array.from([3, 97, 98, 99, 0, 0, 1, 0])],
    ['an empty message', () => new Uint8Array()],
  ])('close the socket with 4400: %s', async (_, malformed) => {
    expect(await send(malformed())).toBe(ABUSE);
    await expectUnharmed();
  });

  it.each<[string, () => Uint8Array]>([
    ['an update of noise', () => sync(2, Uint8Array.from([9, 8, 7, 6]))],
    ['a second step of noise', () => sync(1, Uint8Array.from([255, 255, 255, 255]))],
    ['an update with unknown content', () => sync(2, Uint8Array.from([1, 1, 5, 0, 31, 1, 0]))],
    ['an empty update', () => sync(2, new Uint8Array())],
    ['awareness of noise', () => message(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, FULL_VARINT))],
    ['a request for awareness', () => message(QUERY_AWARENESS)],
  ])('do not close the session of the client: %s', async (_, malformed) => {
    expect(await send(malformed())).toBeUndefined();
    await expectUnharmed();
  });

  it('produce only log lines in JSON when bytes of valid messages are changed, cut or repeated', async () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'words');
    doc.getMap('map').set('key', [1, { two: 3 }, new Uint8Array(3)]);
    doc.getXmlFragment('default').insert(0, [new Y.XmlElement('p')]);
    const awareness = new Awareness(doc);
    awareness.setLocalState({ user: { name: 'Ann' } });
    const shown = encodeAwarenessUpdate(awareness, [doc.clientID]);
    awareness.destroy();
    const good = [
      sync(0, Y.encodeStateVector(doc)),
      sync(1, Y.encodeStateAsUpdate(doc)),
      sync(2, Y.encodeStateAsUpdate(doc)),
      sync(2, Y.encodeStateAsUpdate(doc), SYNC_REPLY),
      message(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, shown)),
      auth(),
    ];
    for (let round = 0; round < ROUNDS; round++) {
      await send(...Array.from({ length: 3 }, () => mutated(good[randomInt(good.length)] ?? new Uint8Array())));
    }
    await expectUnharmed();
  }, 120_000);
});

/** Changes random bytes, except those of the document's name. */
function mutated(good: Uint8Array): Uint8Array {
  const bytes = [...good];
  const at = () => randomInt(37, bytes.length);
  for (let change = randomInt(1, 4); change > 0 && bytes.length > 40; change--) {
    const place = at();
    const kind = randomInt(4);
    if (kind === 0) bytes[place] = randomInt(256);
    else if (kind === 1) bytes.length = place;
    else if (kind === 2) bytes.splice(place, 0, ...Array.from({ length: 5 }, () => 255));
    else bytes.splice(place, 0, ...bytes.slice(place, place + randomInt(20)));
  }
  return Uint8Array.from(bytes);
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
