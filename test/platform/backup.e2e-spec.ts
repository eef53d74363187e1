import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { migrateQueues } from '../../src/platform/queues/queue-backend.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createEmptyDatabase, createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { headOf } from '../support/offsets.js';
import { TestSocket } from '../support/socket.js';
import { deliveryOf, makeSource, post, webhookEvents } from '../support/webhooks.js';

const DIST = join(import.meta.dirname, '../../dist');
const SECRETS = { JWT_SECRET: randomBytes(32).toString('hex'), SECRETS_KEY: randomBytes(32).toString('base64') };
/** Characters that text formats escape, and those that end lines in some of them. */
const ODD_TEXT = 'tab\t newline\n return\r backslash\\ \\. null\\N separators\u2028\u2029 Größe 🚀';

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const end of cleanups.splice(0).toReversed()) await end();
});

async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createEmptyDatabase();
  cleanups.push(drop);
  return url;
}

async function start(databaseUrl?: string): Promise<RunningTidings> {
  // The main program does this before it starts the service.
  if (databaseUrl !== undefined)
    await migrateQueues({ databaseUrl, redisUrl: process.env['REDIS_URL'], redisPrefix: 'unused' });
  const tidings = await startTidings({ ...SECRETS, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) });
  cleanups.push(() => tidings.stop());
  return tidings;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tidings-backup-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** @throws the failure, with what the command wrote as `stderr` */
async function run(command: 'backup' | 'restore', databaseUrl: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, DATA_DIR: folder() };
  const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, `${command}.js`), ...args], { env });
  return stdout;
}

const failureOf = (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => 'no failure',
    (error: { stderr: string }) => error.stderr,
  );

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The rows of each table in the backup, by its last line. */
function rowsIn(path: string): Record<string, number> {
  const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  return (JSON.parse(lines.at(-1) ?? '') as { rows: Record<string, number> }).rows;
}

describe('a backup', () => {
  it('that is taken under load and restored elsewhere has every row, and no client resumes a lost position', async () => {
    const tidings = await start();
    const { api, workspaceId } = tidings;
    const source = await makeSource(api, workspaceId, { provider: 'open' });
    const { deliveryId } = await post(source.url, ODD_TEXT);
    await eventually('the delivery is processed', async () => {
      return (await deliveryOf(api, workspaceId, deliveryId)).status === 'processed';
    });
    const acknowledged: string[] = [];
    const over = new AbortController();
    const load = (async () => {
      while (!over.signal.aborted)
        acknowledged.push((await post(source.url, `webhook ${acknowledged.length}`)).deliveryId);
    })();
    await eventually('the load runs', () => acknowledged.length > 20);
    const before = [...acknowledged];
    const path = join(folder(), 'one.backup');
    try {
      expect(await run('backup', tidings.databaseUrl, path)).toContain('SECRETS_KEY');
    } finally {
      over.abort();
      await load;
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const channel = `webhooks:${workspaceId}`;
    await eventually('every webhook has its event', async () => {
      return (await headOf(api, workspaceId, channel)).offset > acknowledged.length;
    });
    const lost = await headOf(api, workspaceId, channel);

    const restored = await emptyDatabase();
    expect(await run('restore', restored, path)).toContain('new epochs');
    for (const [table, count] of Object.entries(rowsIn(path))) {
      const [row] = await query<{ count: string }>(restored, `SELECT count(*) AS count FROM "${table}"`);
      expect([table, Number(row?.count)]).toEqual([table, count]);
    }
    const kept = new Set((await query<{ id: string }>(restored, 'SELECT id FROM deliveries')).map(({ id }) => id));
    expect(before.filter((id) => !kept.has(id))).toEqual([]);

    const copy = await start(restored);
    expect((await deliveryOf(copy.api, workspaceId, deliveryId)).body).toEqual(
      (await deliveryOf(api, workspaceId, deliveryId)).body,
    );
    const { body: chain } = await copy.api.get(`/v1/workspaces/${workspaceId}/audit/verify`);
    expect(chain).toMatchObject({ ok: true });
    const socket = await TestSocket.connect(copy.url, copy.api.token);
    const answer = await socket.ask('subscribe', { channel, position: lost });
    expect(answer.payload).toMatchObject({ recovered: false });
    const key = new URL(source.url).pathname;
    const sent = await post(copy.url + key, 'after the restore');
    await eventually('the webhook arrives live', () => {
      return socket.frames.some(({ payload }) => payload['deliveryId'] === sent.deliveryId);
    });
    const offsets = (await webhookEvents(copy.api, workspaceId)).map(({ offset }) => offset);
    expect(new Set(offsets).size).toBe(offsets.length);
    socket.cut();
  }, 180_000);

  it('gives new rows numbers that no restored row has', async () => {
    const tidings = await start();
    const path = join(folder(), 'one.backup');
    await run('backup', tidings.databaseUrl, path);
    const restored = await emptyDatabase();
    await run('restore', restored, path);
    const copy = await start(restored);
    const { body } = await copy.api.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    expect((await makeSource(copy.api, body.id, { provider: 'open' })).id).toBeTruthy();
  }, 120_000);

  it('is refused when its file is cut anywhere, and leaves the database without rows', async () => {
    const tidings = await start();
    const path = join(folder(), 'one.backup');
    await run('backup', tidings.databaseUrl, path);
    const whole = readFileSync(path);
    const lines = gunzipSync(whole).toString().split('\n');
    const cuts = {
      'in the middle of the file': whole.subarray(0, whole.length / 2),
      'before the last line': gzipSync(lines.slice(0, -2).join('\n')),
      'between two rows': gzipSync(lines.filter((line) => !line.includes('admin@example.com')).join('\n')),
      'no backup at all': gzipSync('hello\n'),
      'no gzip at all': Buffer.from('hello\n'),
    };
    for (const [cut, content] of Object.entries(cuts)) {
      const file = join(folder(), 'cut.backup');
      writeFileSync(file, content);
      const database = await emptyDatabase();
      expect([cut, await failureOf(run('restore', database, file))]).toEqual([
        cut,
        expect.stringMatching(/no complete backup|does not have all rows|violates foreign key/),
      ]);
      const [tables] = await query<{ users: string | null }>(database, `SELECT to_regclass('users')::text AS users`);
      if (tables?.users == null) continue;
      expect(await query(database, 'SELECT id FROM users')).toEqual([]);
    }
  }, 180_000);

  it('of a newer release is refused', async () => {
    const tidings = await start();
    const path = join(folder(), 'one.backup');
    await run('backup', tidings.databaseUrl, path);
    const text = gunzipSync(readFileSync(path)).toString();
    writeFileSync(path, gzipSync(text.replace('"migrations":[', '"migrations":["AddTelepathy1999999999999",')));
    const failure = await failureOf(run('restore', await emptyDatabase(), path));
    expect(failure).toContain('A newer release of Tidings wrote the backup');
  }, 120_000);

  it('does not replace a file without --force', async () => {
    const tidings = await start();
    const path = join(folder(), 'one.backup');
    writeFileSync(path, 'something else');
    expect(await failureOf(run('backup', tidings.databaseUrl, path))).toContain('--force');
    expect(readFileSync(path, 'utf8')).toBe('something else');
    await run('backup', tidings.databaseUrl, path, '--force');
    expect(Object.keys(rowsIn(path))).toContain('users');
  }, 120_000);

  it('is restored into an empty database only, and read from a database of Tidings only', async () => {
    const tidings = await start();
    const [path, empty] = [join(folder(), 'one.backup'), await emptyDatabase()];
    await run('backup', tidings.databaseUrl, path);
    const { url, drop } = await createTestDatabase();
    cleanups.push(drop);
    expect(await failureOf(run('restore', url, path))).toContain('already has tables of Tidings');
    const place = folder();
    expect(await failureOf(run('backup', empty, join(place, 'none.backup')))).toContain('no tables of Tidings');
    expect(readdirSync(place)).toEqual([]);
    expect(await failureOf(run('restore', empty, join(place, 'missing.backup')))).toContain('ENOENT');
  }, 120_000);
});
