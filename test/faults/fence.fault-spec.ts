import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { signUp, type Api } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { NumberWriter } from '../support/number-writer.js';
import { recordRun } from '../support/record-run.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';

const ROUNDS = Number(process.env['FENCE_ROUNDS'] ?? 300);
const NODES = 3;
const VICTIMS = 5;
const ANSWER_WITHIN_MS = 4_000;

let database: TestDatabase;
let nodes: ServerProcess[];
let api: Api;
let victim: Api;
let bystander: Api;
let members: string;
let channel: string;
let writer: NumberWriter;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '6',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
  };
  nodes = await Promise.all(Array.from({ length: NODES }, () => ServerProcess.make(settings)));
  for (const node of nodes) await node.start();
  const admin = await signInAsAdministrator(nodeAt(0).url);
  ({ api } = admin);
  channel = `webhooks:${admin.workspaceId}`;
  members = `/v1/workspaces/${admin.workspaceId}/members`;
  victim = await signUp(api, 'victim@example.com');
  bystander = await signUp(api, 'bystander@example.com');
  await grant(victim);
  await grant(bystander);
  writer = await NumberWriter.start(database.url, channel);
}, 120_000);
afterAll(async () => {
  await writer?.stop();
  for (const node of nodes ?? []) await node.dispose();
  await database?.drop();
});

beforeEach(() => grant(victim));

function nodeAt(index: number): ServerProcess {
  const node = nodes[index % NODES];
  if (node === undefined) throw new Error('This node does not exist.');
  return node;
}

async function grant(user: Api): Promise<void> {
  const answer = await api.put(`${members}/${user.userId}`, { role: 'viewer', grant: [], deny: [] });
  if (answer.status !== 200) throw new Error(`The grant was answered ${answer.status}.`);
}

/** Revokes the right. @returns the first number that must not arrive, and the milliseconds until the answer */
async function revoke(user: Api): Promise<{ firstForbidden: number; tookMs: number }> {
  const begin = performance.now();
  const answer = await api.put(`${members}/${user.userId}`, { role: 'viewer', grant: [], deny: ['webhooks:read'] });
  const tookMs = performance.now() - begin;
  if (answer.status !== 200) throw new Error(`The revocation was answered ${answer.status}.`);
  return { firstForbidden: writer.later, tookMs };
}

async function follow(node: ServerProcess, user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(node.url, user.token);
  await subscribe(socket);
  return socket;
}

const stream = (node: ServerProcess, user: Api) => TestStream.follow(node.url, [channel], { token: user.token });

async function subscribe(socket: TestSocket): Promise<void> {
  const answer = await socket.ask('subscribe', { channel });
  if (answer.type !== 'subscribed') throw new Error(`The subscription was refused: ${JSON.stringify(answer.payload)}`);
}

type Follower = TestSocket | TestStream;

const numbersOf = (follower: Follower): number[] =>
  follower.events(channel).map(({ payload }) => Number(payload['number']));
const writeMore = (by: number) => {
  const target = writer.later + by;
  return eventually(`the writer writes ${by} more events`, () => writer.later >= target, 30_000);
};
const percentile = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;

function expectNoGap(follower: Follower): void {
  const offsets = follower.offsets(channel);
  expect(offsets.length).toBeGreaterThan(0);
  expect(offsets).toEqual(offsets.map((_, i) => (offsets[0] ?? 0) + i));
}

describe('a revocation under load on three nodes', () => {
  it(`delivers no event committed after the answer, in ${ROUNDS} rounds of revoking and granting`, async () => {
    const bystanders: Follower[] = await Promise.all(
      nodes.flatMap((node) => [follow(node, bystander), stream(node, bystander)]),
    );
    // The victims take turns, so that no socket exceeds the rate limit of subscriptions.
    const victims: Array<{ user: Api; sockets: TestSocket[] }> = [];
    for (let i = 0; i < VICTIMS; i++) {
      const user = await signUp(api, `victim-${i}@example.com`);
      await grant(user);
      victims.push({ user, sockets: await Promise.all(nodes.map((node) => TestSocket.connect(node.url, user.token))) });
    }
    const answers: number[] = [];
    let leaks = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { user, sockets } = victims[round % VICTIMS] ?? { user: victim, sockets: [] };
      const [streams] = await Promise.all([
        Promise.all(nodes.map((node) => stream(node, user))),
        Promise.all(sockets.map(subscribe)),
      ]);
      const { firstForbidden, tookMs } = await revoke(user);
      answers.push(tookMs);
      await writeMore(20);
      for (const follower of [...sockets, ...streams]) {
        leaks += numbersOf(follower).filter((number) => number >= firstForbidden).length;
        follower.frames.length = 0;
      }
      for (const one of streams) one.cut();
      await grant(user);
    }
    const sorted = answers.toSorted((a, b) => a - b);
    recordRun({
      fault: 'rights are revoked while events are written on three nodes',
      options: { FENCE_ROUNDS: ROUNDS },
      figures: {
        revocations: ROUNDS,
        'events after the answer': leaks,
        'answer p50': `${percentile(sorted, 0.5).toFixed(1)} ms`,
        'answer p99': `${percentile(sorted, 0.99).toFixed(1)} ms`,
      },
    });
    expect(leaks).toBe(0);
    for (const follower of bystanders) expectNoGap(follower);
    for (const socket of [...bystanders, ...victims.flatMap(({ sockets }) => sockets)]) socket.cut();
  }, 1_200_000);

  it('delivers no event committed after the answer while the bus connections of the nodes are repeatedly cut', async () => {
    const cutter = new pg.Client({ connectionString: database.url });
    cutter.on('error', () => undefined);
    await cutter.connect();
    const sockets = await Promise.all(nodes.map((node) => follow(node, victim)));
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE application_name = 'tidings bus' AND datname = current_database()`;
    for (let round = 0; round < 5; round++) {
      await cutter.query(cut);
      const { firstForbidden, tookMs } = await revoke(victim);
      expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
      await writeMore(50);
      for (const socket of sockets) expect(numbersOf(socket).filter((number) => number >= firstForbidden)).toEqual([]);
      await grant(victim);
      await Promise.all(sockets.map(subscribe));
      for (const socket of sockets) socket.frames.length = 0;
    }
    await cutter.end();
    for (const socket of sockets) socket.cut();
  }, 120_000);

  it('is answered within 4 s while a node is frozen, and the node sends no later event after it resumes', async () => {
    for (let round = 0; round < 3; round++) {
      const frozen = nodeAt(1);
      const followers = [await follow(frozen, victim), await stream(frozen, victim)];
      const other = await follow(frozen, bystander);
      await writeMore(50);
      frozen.freeze();
      const { firstForbidden, tookMs } = await revoke(victim);
      expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
      await writeMore(100);
      frozen.thaw();
      const seen = writer.later;
      await eventually('the bystander catches up', () => numbersOf(other).some((number) => number >= seen), 30_000);
      for (const follower of followers) {
        expect(numbersOf(follower).length).toBeGreaterThan(0);
        expect(numbersOf(follower).filter((number) => number >= firstForbidden)).toEqual([]);
      }
      expectNoGap(other);
      await grant(victim);
      for (const follower of [...followers, other]) follower.cut();
    }
  }, 120_000);

  it('is answered within 4 s when a node has been killed', async () => {
    const killed = nodeAt(2);
    const socket = await follow(nodeAt(1), victim);
    await killed.kill();
    const { firstForbidden, tookMs } = await revoke(victim);
    expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
    await writeMore(50);
    expect(numbersOf(socket).filter((number) => number >= firstForbidden)).toEqual([]);
    socket.cut();
  }, 60_000);
});
