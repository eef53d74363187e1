import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { signUp, type Api } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
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
  await give([]);
}, 120_000);
afterEach(() => {
  for (const writer of writers.splice(0)) writer.leave();
});
afterAll(async () => {
  await here?.dispose();
  await there?.dispose();
  await database?.drop();
});

async function give(deny: string[]): Promise<number> {
  const begin = performance.now();
  const answer = await api.put(`${workspace}/members/${member.userId}`, { role: 'member', grant: [], deny });
  if (answer.status !== 200) throw new Error(`The change of rights was answered ${answer.status}.`);
  return performance.now() - begin;
}

async function makeDocument(): Promise<string> {
  return (await api.post<{ id: string }>(`${workspace}/documents`, { title: 'Minutes' })).body.id;
}

function join(node: () => ServerProcess, id: string, user: Api): Writer {
  const writer = new Writer(() => node().url, id, user.token);
  writers.push(writer);
  return writer;
}

async function joined(node: ServerProcess, id: string, user: Api): Promise<Writer> {
  const writer = join(() => node, id, user);
  await eventually('the document is open', () => writer.isSynced, 20_000);
  return writer;
}

/** Who came and went, as the workspace's channel has it. */
async function passages(id: string): Promise<string[]> {
  const channel = `documents:${workspace.slice('/v1/workspaces/'.length)}`;
  const log = `${workspace}/events?channel=${channel}&after=0&limit=200`;
  const { body } = await api.get<{ items: { type: string; payload: { id: string; userId?: string } }[] }>(log);
  return body.items
    .filter(({ type, payload }) => /^document:(?:joined|left)$/.test(type) && payload.id === id)
    .map(({ type, payload }) => `${type.slice('document:'.length)} ${payload.userId}`);
}

/** What the database has: what somebody gets who comes now. */
async function stored(id: string): Promise<Writer> {
  return joined(here, id, api);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
const typesOn = (writer: Writer, words: number) => {
  const target = writer.typed + words;
  return eventually('it types on', () => writer.typed >= target);
};

describe('a document that two people have open on two nodes', () => {
  it(`has every word of both once, in the same order for both, after ${KILLS} kills of a node while they typed`, async () => {
    const id = await makeDocument();
    let refuge = there;
    const one = await joined(here, id, api);
    const other = join(() => refuge, id, member);
    await eventually('the document is open', () => other.isSynced);
    const farewells: string[] = [];
    one.startTyping('one');
    other.startTyping('other');
    for (let round = 0; round < KILLS; round++) {
      await typesOn(other, 50);
      const leaver = await joined(there, id, member);
      const farewell = `farewell${round} `;
      leaver.text.insert(0, farewell);
      await eventually('it is acknowledged', () => leaver.isSynced);
      leaver.leave();
      farewells.push(farewell);
      refuge = here;
      const closes = other.closes.length;
      await there.kill();
      await eventually('the client notices', () => other.closes.length > closes);
      await typesOn(one, 100);
      await there.start();
      refuge = there;
      const ended = other.closes.length;
      other.reconnect();
      await eventually('the client is back', () => other.closes.length > ended && other.isSynced, 20_000);
    }
    for (const writer of [one, other]) writer.stopTyping();
    await eventually('all is acknowledged', () => one.isSynced && other.isSynced, 20_000);
    await eventually('both have the same', () => one.text.toString() === other.text.toString(), 20_000);
    const late = await stored(id);
    expect(late.text.toString()).toBe(one.text.toString());
    expect(late.numbersOf('one')).toEqual(upTo(one.typed));
    expect(late.numbersOf('other')).toEqual(upTo(other.typed));
    for (const farewell of farewells) expect(late.text.toString().split(farewell)).toHaveLength(2);
    expect((await passages(id)).toSorted()).toEqual([`joined ${api.userId}`, `joined ${member.userId}`].toSorted());
    console.log(`${one.typed} and ${other.typed} words through ${KILLS} kills: all there, once`);
  }, 120_000);

  it('is left, for those who follow the workspace, by whoever was on a killed node and does not come back', async () => {
    const id = await makeDocument();
    const gone = await joined(there, id, member);
    await eventually('he is there', async () => (await passages(id)).length === 1);
    await there.kill();
    gone.leave();
    await eventually('he has left', async () => (await passages(id)).length === 2, 15_000);
    expect(await passages(id)).toEqual([`joined ${member.userId}`, `left ${member.userId}`]);
    await there.start();
  }, 60_000);

  it(`takes no word that was typed after the right to write was gone, in ${REVOCATIONS} rounds`, async () => {
    for (let round = 0; round < REVOCATIONS; round++) {
      const id = await makeDocument();
      const owner = await joined(here, id, api);
      const victim = await joined(there, id, member);
      victim.startTyping('word', 1);
      await eventually('the words arrive', () => owner.numbersOf('word').length > 20);
      await give(['documents:write']);
      const barred = victim.typed;
      await typesOn(victim, 100);
      owner.text.insert(0, 'read-on ');
      await eventually('it still reads', () => victim.text.toString().includes('read-on'));
      for (const reader of [owner, await stored(id)]) {
        expect(reader.numbersOf('word').filter((number) => number >= barred)).toEqual([]);
      }
      victim.stopTyping();
      await give([]);
      await eventually('then all arrives', () => owner.numbersOf('word').length === victim.typed, 20_000);
    }
  }, 120_000);

  it(`shows no word that was typed after the right to read was gone, in ${REVOCATIONS} rounds`, async () => {
    for (let round = 0; round < REVOCATIONS; round++) {
      const id = await makeDocument();
      const owner = await joined(here, id, api);
      const victim = await joined(there, id, member);
      owner.startTyping('word', 1);
      await eventually('the words arrive', () => victim.numbersOf('word').length > 20);
      await give(['documents:read']);
      const barred = owner.typed;
      await typesOn(owner, 100);
      await eventually('the victim was sent away', () => victim.closes.length > 0);
      owner.stopTyping();
      await eventually('it is stored', () => owner.isSynced);
      expect(victim.numbersOf('word').filter((number) => number >= barred)).toEqual([]);
      await give([]);
      await eventually('a grant brings it back', () => victim.numbersOf('word').length === owner.typed, 20_000);
    }
  }, 120_000);

  it('takes no word that was typed after the answer by a client of a node that was frozen, also when it thaws', async () => {
    const id = await makeDocument();
    const owner = await joined(here, id, api);
    const victim = await joined(there, id, member);
    victim.startTyping('word');
    await eventually('the words arrive', () => owner.numbersOf('word').length > 20);
    there.freeze();
    const tookMs = await give(['documents:write', 'documents:read']);
    const barred = victim.typed;
    expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
    await typesOn(victim, 100);
    there.thaw();
    await eventually('the victim was sent away', () => victim.closes.length > 0, 20_000);
    await joined(there, id, api);
    for (const reader of [owner, await stored(id)]) {
      expect(reader.numbersOf('word').filter((number) => number >= barred)).toEqual([]);
    }
    await give([]);
  }, 60_000);
});
