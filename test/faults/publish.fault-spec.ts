import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type Api } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { lostAndTwice, recordRun } from '../support/record-run.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';

const EVENTS = Number(process.env['PUBLISH_EVENTS'] ?? 40_000);
/** A busy machine takes some 300 events in a second. */
const TIMEOUT_MS = 120_000 + EVENTS * 10;
const KILLS = Number(process.env['PUBLISH_KILLS'] ?? 10);
const ROUNDS = Number(process.env['PUBLISH_ROUNDS'] ?? 20);
const PUBLISHERS = 4;
const PER_CALL = 20;
const NODES = 3;

interface Place {
  readonly id: string;
  readonly offset: number;
}

interface Logged extends Place {
  readonly payload: number;
}

const servers: ServerProcess[] = [];
let database: TestDatabase | undefined;

afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose();
  await database?.drop();
  database = undefined;
});

async function wholeLog(api: Api, ws: string, channel: string): Promise<Logged[]> {
  const events: Logged[] = [];
  for (let after = 0; ; after = events.length) {
    const path = `/v1/workspaces/${ws}/events?channel=${channel}&after=${after}&limit=200`;
    const { status, body } = await api.get<{ items: Logged[] }>(path);
    expect(status).toBe(200);
    if (body.items.length === 0) return events;
    events.push(...body.items);
  }
}

/** Repeats a call with the same keys until it is acknowledged. */
async function publishSurely(api: Api, path: string, events: readonly object[]): Promise<readonly Place[]> {
  const keyed = api.with({ 'idempotency-key': randomUUID() });
  for (;;) {
    const answer = await keyed.post<{ events: Place[] }>(path, { events }).catch(() => undefined);
    if (answer?.status === 201) return answer.body.events;
    if (answer !== undefined && answer.status !== 503) throw new Error(`Unexpected answer ${answer.status}.`);
    await delay(20);
  }
}

describe(`a server that is killed ${KILLS} times while ${PUBLISHERS} publishers publish ${EVENTS} events`, () => {
  it(
    'has every event in its log once, in order, at the place of the acknowledgement',
    async () => {
      const server = await ServerProcess.make({ EVENT_RETENTION_COUNT: String(EVENTS) });
      servers.push(server);
      await server.start();
      const { api, workspaceId: ws } = await signInAsAdministrator(server.url);
      const share = EVENTS / PUBLISHERS;
      let published = 0;
      const publishAll = async (channel: string) => {
        const places: Place[] = [];
        while (places.length < share) {
          const events = Array.from({ length: PER_CALL }, (_, i) => {
            // Half of the events have a key of their own, and the others that of the call.
            const own = i % 2 === 0 ? { id: `${channel} ${places.length + i}` } : {};
            return { channel, type: 'number:counted', payload: places.length + i, ...own };
          });
          places.push(...(await publishSurely(api, `/v1/workspaces/${ws}/events`, events)));
          published += PER_CALL;
        }
        return places;
      };
      const channels = Array.from({ length: PUBLISHERS }, (_, i) => `topic:${ws}/counted/${i}`);
      const publishing = Promise.all(channels.map(publishAll));
      for (let kill = 1; kill <= KILLS; kill++) {
        await eventually('more events are published', () => published >= (EVENTS * kill) / (KILLS + 1), 60_000);
        await server.kill();
        await server.start();
      }
      const acknowledged = await publishing;
      const arrived: string[] = [];
      for (const [i, channel] of channels.entries()) {
        const log = await wholeLog(api, ws, channel);
        arrived.push(...log.map(({ id }) => id));
        expect(log.map(({ payload }) => payload)).toEqual(Array.from({ length: share }, (_, n) => n));
        expect(acknowledged[i]?.map(({ id, offset }) => [id, offset])).toEqual(
          log.map(({ id, offset }) => [id, offset]),
        );
      }
      const ids = acknowledged.flat().map(({ id }) => id);
      recordRun({
        fault: 'the server is killed while four publishers publish',
        options: { PUBLISH_EVENTS: EVENTS, PUBLISH_KILLS: KILLS },
        figures: { kills: KILLS, 'events acknowledged': ids.length, ...lostAndTwice(ids, arrived) },
      });
    },
    TIMEOUT_MS,
  );
});

describe(`a right that is revoked ${ROUNDS} times while events are published on ${NODES} nodes`, () => {
  it('is used for no event after the answer', async () => {
    database = await createTestDatabase();
    const settings = {
      DATABASE_URL: database.url,
      DATABASE_POOL: '6',
      JWT_SECRET: randomBytes(32).toString('hex'),
      SECRETS_KEY: randomBytes(32).toString('base64'),
    };
    for (let node = 0; node < NODES; node++) servers.push(await ServerProcess.make(settings));
    for (const server of servers) await server.start();
    const { api, workspaceId: ws } = await signInAsAdministrator(servers[0]?.url ?? '');
    const victim = await signUp(api, 'victim@example.com');
    const grant = (deny: string[]) =>
      api.put(`/v1/workspaces/${ws}/members/${victim.userId}`, { role: 'member', deny });
    const channel = `topic:${ws}/revoked/here`;
    const event = { channel, type: 'a', payload: 1 };
    const headOf = async () =>
      (await api.get<{ position: Place }>(`/v1/workspaces/${ws}/events?channel=${channel}&latest=1`)).body.position
        .offset;
    const publishUntilRefused = async (node: ServerProcess) => {
      const caller = Object.assign(victim.with({}), { url: node.url });
      while ((await caller.post(`/v1/workspaces/${ws}/events`, event)).status === 201);
    };
    const answers: number[] = [];
    let late = 0;
    for (let round = 0; round < ROUNDS; round++) {
      expect((await grant([])).status).toBe(200);
      const before = await headOf();
      const running = servers.flatMap((node) => Array.from({ length: 6 }, () => publishUntilRefused(node)));
      await eventually('events are published', async () => (await headOf()) > before + 100);
      const begin = performance.now();
      expect((await grant(['topics:publish:revoked/*'])).status).toBe(200);
      answers.push(performance.now() - begin);
      const atAnswer = await headOf();
      await Promise.all(running);
      late += (await headOf()) - atAnswer;
      expect(late).toBe(0);
    }
    const slowest = Math.max(...answers);
    recordRun({
      fault: 'the right to publish is revoked while events are published on three nodes',
      options: { PUBLISH_ROUNDS: ROUNDS },
      figures: { revocations: ROUNDS, 'events after the answer': late, 'slowest answer': `${slowest.toFixed(1)} ms` },
    });
    expect(slowest).toBeLessThan(4_000);
  });
});
