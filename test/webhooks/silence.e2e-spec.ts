import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { WatchSilence } from '../../src/webhooks/silence/watch-silence.js';
import type { Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, post, webhookEvents, type TestSource } from '../support/webhooks.js';

interface SilenceEvent {
  readonly type: string;
  readonly payload: { readonly sourceId: string; readonly lastHeardAt: string | null };
}

let tidings: RunningTidings;
let other: RunningTidings;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  other = await startTidings({ DATABASE_URL: tidings.databaseUrl, ROLE: 'worker' });
  ws = tidings.workspaceId;
});
afterAll(async () => {
  await other?.stop();
  await tidings?.stop();
});
afterEach(() => query('DELETE FROM sources WHERE expect_every_seconds IS NOT NULL'));

const query = (sql: string, values: unknown[] = []) =>
  tidings.app.get(Database).query<Record<string, unknown>>(sql, values);

const watched = (): Promise<TestSource> => makeSource(tidings.api, ws, { provider: 'open', expectEverySeconds: 60 });

/** Moves everything that the watch of a source knows into the past. */
async function letPass(source: TestSource, seconds: number): Promise<void> {
  await query(
    `UPDATE source_watches SET since = since - make_interval(secs => $2), check_at = check_at - make_interval(secs => $2),
       last_heard_at = last_heard_at - make_interval(secs => $2) WHERE source_id = $1`,
    [source.id, seconds],
  );
  await query('UPDATE deliveries SET received_at = received_at - make_interval(secs => $2) WHERE source_id = $1', [
    source.id,
    seconds,
  ]);
}

const makeDue = (source: TestSource) =>
  query('UPDATE source_watches SET check_at = now() WHERE source_id = $1', [source.id]);

/** Two nodes check at the same time, and then once more. */
async function check(source: TestSource): Promise<void> {
  for (let round = 0; round < 2; round++) {
    if (round > 0) await makeDue(source);
    await Promise.all([tidings, other].map(({ app }) => app.get(WatchSilence).sweep()));
  }
}

const eventsOf = async ({ id }: TestSource): Promise<SilenceEvent[]> =>
  ((await webhookEvents(tidings.api, ws)) as unknown as SilenceEvent[]).filter(
    ({ type, payload }) => type.startsWith('source:') && payload.sourceId === id,
  );
const typesOf = async (source: TestSource) => (await eventsOf(source)).map(({ type }) => type);

async function hear(source: TestSource): Promise<void> {
  const { deliveryId } = await post(source.url, randomUUID());
  await eventually(
    'the delivery is processed',
    async () => (await deliveryOf(tidings.api, ws, deliveryId)).status === 'processed',
  );
}

describe('a source that says how often it is heard', () => {
  it('falls silent once when nothing was accepted for that long, whatever nodes check', async () => {
    const source = await watched();
    await letPass(source, 40);
    await makeDue(source);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
    await letPass(source, 21);
    await check(source);
    expect(await eventsOf(source)).toEqual([
      expect.objectContaining({
        type: 'source:silent',
        channel: `webhooks:${ws}`,
        payload: {
          workspaceId: ws,
          sourceId: source.id,
          name: 'test open',
          lastHeardAt: null,
          expectEverySeconds: 60,
          title: 'The source test open is silent',
        },
      }),
    ]);
  });

  it('is heard again with the next accepted webhook, and can fall silent again', async () => {
    const source = await watched();
    await hear(source);
    await letPass(source, 61);
    await check(source);
    await hear(source);
    await makeDue(source);
    await check(source);
    expect(await typesOf(source)).toEqual(['source:silent', 'source:heard']);
    const [silent, heard] = await eventsOf(source);
    expect(Date.parse(heard?.payload.lastHeardAt ?? '')).toBeGreaterThan(
      Date.parse(silent?.payload.lastHeardAt ?? '') + 60_000,
    );
    await letPass(source, 61);
    await check(source);
    expect(await typesOf(source)).toEqual(['source:silent', 'source:heard', 'source:silent']);
  });

  it('tells it in its own channel if it has one', async () => {
    const request = { provider: 'open', name: 'pulse', expectEverySeconds: 60, ownChannel: true };
    const source = await makeSource(tidings.api, ws, request);
    await letPass(source, 61);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
    const path = `/v1/workspaces/${ws}/events?latest=10&channel=webhooks:${ws}/pulse`;
    const { body } = await tidings.api.get<{ items: SilenceEvent[] }>(path);
    expect(body.items.map(({ type }) => type)).toEqual(['source:silent']);
  });

  it('is noticed by the workers on their own', async () => {
    const source = await watched();
    await letPass(source, 61);
    await eventually('it is silent', async () => (await typesOf(source)).length === 1, 15_000);
    await hear(source);
    await eventually('it is heard', async () => (await typesOf(source)).at(-1) === 'source:heard', 20_000);
  });

  it('stays heard by a delivery that retention has deleted since', async () => {
    const source = await watched();
    await hear(source);
    await makeDue(source);
    await check(source);
    await query('DELETE FROM deliveries WHERE source_id = $1', [source.id]);
    await query(`UPDATE source_watches SET since = now() - interval '1 day', check_at = now() WHERE source_id = $1`, [
      source.id,
    ]);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
  });

  it('does not fall silent while an accepted delivery waits for its next attempt', async () => {
    const source = await watched();
    await hear(source);
    await query(
      `UPDATE deliveries SET status = 'received', attempts = 1, due_at = now() + interval '1 hour' WHERE source_id = $1`,
      [source.id],
    );
    await letPass(source, 61);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
  });

  it('is not heard by a repeat that a replay made', async () => {
    const source = await watched();
    await hear(source);
    await letPass(source, 61);
    await check(source);
    await query(
      `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at, status, repeats)
       SELECT gen_random_uuid(), source_id, workspace_id, provider, 'repeat', headers, body, now(), 'processed', id
       FROM deliveries WHERE source_id = $1`,
      [source.id],
    );
    await makeDue(source);
    await check(source);
    expect(await typesOf(source)).toEqual(['source:silent']);
  });

  it('does not fall silent while it is disabled, and counts anew when it is enabled', async () => {
    const source = await watched();
    const path = `/v1/workspaces/${ws}/sources/${source.id}`;
    await tidings.api.patch(path, { enabled: false });
    await letPass(source, 61);
    await check(source);
    await tidings.api.patch(path, { enabled: true });
    await makeDue(source);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
    await letPass(source, 61);
    await check(source);
    expect(await typesOf(source)).toEqual(['source:silent']);
  });

  it('counts from the moment when the option was set, and no longer when it is taken away', async () => {
    const source = await makeSource(tidings.api, ws, { provider: 'open' });
    const path = `/v1/workspaces/${ws}/sources/${source.id}`;
    await query(`UPDATE sources SET created_at = now() - interval '1 day' WHERE id = $1`, [source.id]);
    const set = await tidings.api.patch<Schemas['ChangedSource']>(path, { expectEverySeconds: 60 });
    expect(set).toMatchObject({ status: 200, body: { expectEverySeconds: 60 } });
    await makeDue(source);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
    await tidings.api.patch(path, { expectEverySeconds: null });
    await letPass(source, 61);
    await check(source);
    expect(await typesOf(source)).toEqual([]);
    await query('DELETE FROM sources WHERE id = $1', [source.id]);
  });

  it('has the option off by default, and within its bounds', async () => {
    const sources = `/v1/workspaces/${ws}/sources`;
    const made = await tidings.api.post<Schemas['ChangedSource']>(sources, { name: 'plain', provider: 'open' });
    expect(made.body.expectEverySeconds).toBeNull();
    for (const expectEverySeconds of [59, 2_592_001, 60.5, '60'])
      expect((await tidings.api.patch(`${sources}/${made.body.id}`, { expectEverySeconds })).status).toBe(400);
  });
});
