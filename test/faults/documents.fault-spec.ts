import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { signUp, type Api } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { lostAndTwice, recordRun } from '../support/record-run.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { Writer } from '../support/writer.js';

const KILLS = Number(process.env['DOCUMENT_KILLS'] ?? 2);
const REVOCATIONS = Number(process.env['DOCUMENT_REVOCATIONS'] ?? 5);
const ANSWER_WITHIN_MS = 4_000;

let database: TestDatabase;
let here: ServerProcess;
let there: ServerProcess;
let api: Api;
let member: Api;
let workspace: string;
const writers: Writer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '6',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    REDIS_PREFIX: `faults-documents-${process.pid}`,
    PRESENCE_GRACE_SECONDS: '1',
  };
  here = await ServerProcess.make(settings);
  there = await ServerProcess.make(settings);
  await here.start();
  await there.start();
  const admin = await signInAsAdministrator(here.url);
  ({ api } = admin);
  workspace = `/v1/workspaces/${admin.workspaceId}`;
  member = await signUp(api, 'member@example.com');
  await setDenied([]);
}, 120_000);
afterEach(() => {
  for (const writer of writers.splice(0)) writer.leave();
});
afterAll(async () => {
  await here?.dispose();
  await there?.dispose();
  await database?.drop();
});

async function setDenied(deny: string[]): Promise<number> {
  const begin = performance.now();
  const answer = await api.put(`${workspace}/members/${member.userId}`, { role: 'member', grant: [], deny });
  if (answer.status !== 200) throw new Error(`The change of rights was answered ${answer.status}.`);
  return performance.now() - begin;
}

async function makeDocument(): Promise<string> {
  return (await api.post<{ id: string }>(`${workspace}/documents`, { title: 'Minutes' })).body.id;
}

function open(node: () => ServerProcess, id: string, user: Api): Writer {
  const writer = new Writer(() => node().url, id, user.token);
  writers.push(writer);
  return writer;
}

async function openSynced(node: ServerProcess, id: string, user: Api): Promise<Writer> {
  const writer = open(() => node, id, user);
  await eventually('the document is synced', () => writer.isSynced, 20_000);
  return writer;
}

/** The joins and leaves of a document on the workspace's channel. */
async function joinsAndLeaves(id: string): Promise<string[]> {
  const channel = `documents:${workspace.slice('/v1/workspaces/'.length)}`;
  const log = `${workspace}/events?channel=${channel}&after=0&limit=200`;
  const { body } = await api.get<{ items: { type: string; payload: { id: string; userId?: string } }[] }>(log);
  return body.items
    .filter(({ type, payload }) => /^document:(?:joined|left)$/.test(type) && payload.id === id)
    .map(({ type, payload }) => `${type.slice('document:'.length)} ${payload.userId}`);
}

/** Opens the stored document with a new client. */
async function openStored(id: string): Promise<Writer> {
  return openSynced(here, id, api);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
const typeMore = (writer: Writer, words: number) => {
  const target = writer.typed + words;
  return eventually('it types on', () => writer.typed >= target);
};

describe('a document that two users edit on two nodes', () => {
  it(`has every word of both once, in the same order, after ${KILLS} kills of a node while they type`, async () => {
    const id = await makeDocument();
    let reconnectTo = there;
    const one = await openSynced(here, id, api);
    const other = open(() => reconnectTo, id, member);
    await eventually('the document is synced', () => other.isSynced);
    const farewells: string[] = [];
    one.startTyping('one');
    other.startTyping('other');
    for (let round = 0; round < KILLS; round++) {
      await typeMore(other, 50);
      const leaver = await openSynced(there, id, member);
      const farewell = `farewell${round} `;
      leaver.text.insert(0, farewell);
      await eventually('the last word is acknowledged', () => leaver.isSynced);
      leaver.leave();
      farewells.push(farewell);
      reconnectTo = here;
      const closes = other.closes.length;
      await there.kill();
      await eventually('the connection closes', () => other.closes.length > closes);
      await typeMore(one, 100);
      await there.start();
      reconnectTo = there;
      const ended = other.closes.length;
      other.reconnect();
      await eventually('the client is synced again', () => other.closes.length > ended && other.isSynced, 20_000);
    }
    for (const writer of [one, other]) writer.stopTyping();
    await eventually('all words are acknowledged', () => one.isSynced && other.isSynced, 20_000);
    await eventually('both texts are equal', () => one.text.toString() === other.text.toString(), 20_000);
    const late = await openStored(id);
    expect(late.text.toString()).toBe(one.text.toString());
    const stored = ['one', 'other'].flatMap((name) => late.numbersOf(name).map((number) => `${name}${number}`));
    const typed = [...upTo(one.typed).map((n) => `one${n}`), ...upTo(other.typed).map((n) => `other${n}`)];
    expect(stored).toEqual(typed);
    for (const farewell of farewells) expect(late.text.toString().split(farewell)).toHaveLength(2);
    expect((await joinsAndLeaves(id)).toSorted()).toEqual(
      [`joined ${api.userId}`, `joined ${member.userId}`].toSorted(),
    );
    recordRun({
      fault: 'a node is killed while two users type',
      options: { DOCUMENT_KILLS: KILLS },
      figures: { kills: KILLS, 'words acknowledged': one.typed + other.typed, ...lostAndTwice(typed, stored) },
    });
  }, 120_000);

  it('publishes that a user on a killed node left when they do not reconnect', async () => {
    const id = await makeDocument();
    const gone = await openSynced(there, id, member);
    await eventually('the user has joined', async () => (await joinsAndLeaves(id)).length === 1);
    await there.kill();
    gone.leave();
    await eventually('the user has left', async () => (await joinsAndLeaves(id)).length === 2, 15_000);
    expect(await joinsAndLeaves(id)).toEqual([`joined ${member.userId}`, `left ${member.userId}`]);
    await there.start();
  }, 60_000);

  it(`stores no word typed after the right to write was revoked, in ${REVOCATIONS} rounds`, async () => {
    for (let round = 0; round < REVOCATIONS; round++) {
      const id = await makeDocument();
      const owner = await openSynced(here, id, api);
      const victim = await openSynced(there, id, member);
      victim.startTyping('word', 1);
      await eventually('the words arrive', () => owner.numbersOf('word').length > 20);
      await setDenied(['documents:write']);
      const firstForbidden = victim.typed;
      await typeMore(victim, 100);
      owner.text.insert(0, 'read-on ');
      await eventually('the user still receives updates', () => victim.text.toString().includes('read-on'));
      for (const reader of [owner, await openStored(id)]) {
        expect(reader.numbersOf('word').filter((number) => number >= firstForbidden)).toEqual([]);
      }
      victim.stopTyping();
      await setDenied([]);
      await eventually(
        'all words arrive after the grant',
        () => owner.numbersOf('word').length === victim.typed,
        20_000,
      );
    }
  }, 120_000);

  it(`sends no word typed after the right to read was revoked, in ${REVOCATIONS} rounds`, async () => {
    for (let round = 0; round < REVOCATIONS; round++) {
      const id = await makeDocument();
      const owner = await openSynced(here, id, api);
      const victim = await openSynced(there, id, member);
      owner.startTyping('word', 1);
      await eventually('the words arrive', () => victim.numbersOf('word').length > 20);
      await setDenied(['documents:read']);
      const firstForbidden = owner.typed;
      await typeMore(owner, 100);
      await eventually('the connection of the user closes', () => victim.closes.length > 0);
      owner.stopTyping();
      await eventually('the words are acknowledged', () => owner.isSynced);
      expect(victim.numbersOf('word').filter((number) => number >= firstForbidden)).toEqual([]);
      await setDenied([]);
      await eventually(
        'all words arrive after the grant',
        () => victim.numbersOf('word').length === owner.typed,
        20_000,
      );
    }
  }, 120_000);

  it('stores no word typed after the revocation by a client of a frozen node, even after the node resumes', async () => {
    const id = await makeDocument();
    const owner = await openSynced(here, id, api);
    const victim = await openSynced(there, id, member);
    victim.startTyping('word');
    await eventually('the words arrive', () => owner.numbersOf('word').length > 20);
    there.freeze();
    const tookMs = await setDenied(['documents:write', 'documents:read']);
    const firstForbidden = victim.typed;
    expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
    await typeMore(victim, 100);
    there.thaw();
    await eventually('the connection of the user closes', () => victim.closes.length > 0, 20_000);
    await openSynced(there, id, api);
    for (const reader of [owner, await openStored(id)]) {
      expect(reader.numbersOf('word').filter((number) => number >= firstForbidden)).toEqual([]);
    }
    await setDenied([]);
  }, 60_000);
});
