import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { LogWriter } from '../support/log-writer.js';
import { headOf } from '../support/offsets.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';
import { trimChannel } from '../support/trim-channel.js';
import { Writer } from '../support/writer.js';

const AFTER_RESTORE = join(import.meta.dirname, '../../dist/after-restore.js');
const SECRETS = { JWT_SECRET: randomBytes(32).toString('hex'), SECRETS_KEY: randomBytes(32).toString('base64') };

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const end of cleanups.splice(0).toReversed()) await end();
});

async function databaseOf(): Promise<string> {
  const { url, drop } = await createTestDatabase();
  cleanups.push(drop);
  return url;
}

async function start(databaseUrl: string): Promise<RunningTidings> {
  const tidings = await startTidings({ ...SECRETS, DATABASE_URL: databaseUrl });
  cleanups.push(() => tidings.stop());
  return tidings;
}

async function stop(tidings: RunningTidings): Promise<void> {
  cleanups.pop();
  await tidings.stop();
}

/** Copies a database into one of its own. The original must have no connections. */
async function dump(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  const client = new pg.Client({ connectionString: process.env['TIDINGS_TEST_PG_URL'] });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}_dump TEMPLATE ${name}`);
  await client.end();
  cleanups.unshift(async () => {
    const end = new pg.Client({ connectionString: process.env['TIDINGS_TEST_PG_URL'] });
    await end.connect();
    await end.query(`DROP DATABASE IF EXISTS ${name}_dump WITH (FORCE)`);
    await end.end();
  });
  url.pathname = `/${name}_dump`;
  return url.href;
}

async function afterRestore(databaseUrl: string): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-after-restore-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, DATA_DIR: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [AFTER_RESTORE], { env });
  return stdout;
}

const channelOf = ({ workspaceId }: RunningTidings) => `tasks:${workspaceId}`;

interface Page {
  readonly items: { readonly offset: number }[];
  readonly recovered: boolean;
  readonly position: { readonly epoch: string; readonly offset: number };
}

async function page(api: Api, workspaceId: string, query: Record<string, string | number>): Promise<Page> {
  const search = new URLSearchParams({ channel: `tasks:${workspaceId}`, ...query } as Record<string, string>);
  const { status, body } = await api.get<Page>(`/v1/workspaces/${workspaceId}/events?${search.toString()}`);
  if (status !== 200) throw new Error(`The log can't be read: ${status}`);
  return body;
}

describe('a restored dump', () => {
  it('rejects positions of the lost history, on sockets, streams and REST', async () => {
    const original = await databaseOf();
    let tidings = await start(original);
    const { workspaceId } = tidings;
    const channel = channelOf(tidings);
    await new LogWriter(tidings.app).append(channel, 208);
    await stop(tidings);
    const restored = await dump(original);
    tidings = await start(original);
    await new LogWriter(tidings.app).append(channel, 5);
    const { epoch, offset } = await headOf(tidings.api, workspaceId, channel);
    expect(offset).toBe(213);
    await stop(tidings);

    expect(await afterRestore(restored)).toContain('new epochs');
    tidings = await start(restored);
    await new LogWriter(tidings.app).append(channel, 7);
    const { api, url } = tidings;
    const socket = await TestSocket.connect(url, api.token);
    const answer = await socket.ask('subscribe', { channel, position: { epoch, offset: 213 } });
    expect(answer.payload).toMatchObject({ recovered: false, offset: 215 });
    expect(answer.payload['epoch']).not.toBe(epoch);
    const stream = await TestStream.follow(url, [channel], { token: api.token, lastEventId: `${epoch}.213` });
    expect(stream.subscribed(channel)).toMatchObject({ recovered: false, offset: 215 });
    expect(await page(api, workspaceId, { after: 213, epoch })).toMatchObject({ recovered: false, items: [] });
    for (const one of [socket, stream]) one.cut();
  }, 120_000);

  it('closes open sockets, streams and documents each time after-restore runs beside a running process', async () => {
    const tidings = await start(await databaseOf());
    const channel = channelOf(tidings);
    await new LogWriter(tidings.app).append(channel, 3);
    const documents = `/v1/workspaces/${tidings.workspaceId}/documents`;
    const { body: minutes } = await tidings.api.post<{ id: string }>(documents, { title: 'minutes' });
    for (let round = 0; round < 2; round++) {
      const { epoch } = await headOf(tidings.api, tidings.workspaceId, channel);
      const socket = await TestSocket.connect(tidings.url, tidings.api.token);
      await socket.ask('subscribe', { channel });
      const writer = new Writer(() => tidings.url, minutes.id, tidings.api.token);
      await eventually('the document is synced', () => writer.isSynced);
      const stream = await TestStream.follow(tidings.url, [channel], { token: tidings.api.token });
      await afterRestore(tidings.databaseUrl);
      expect(await socket.waitForClose(10_000)).toEqual({ code: 4501, reason: 'state lost' });
      await eventually('the document closes with 4501', () => writer.closes.includes(4501), 10_000);
      writer.leave();
      await stream.waitForEnd(10_000);
      const next = await TestSocket.connect(tidings.url, tidings.api.token);
      const answer = await next.ask('subscribe', { channel, position: { epoch, offset: 3 } });
      expect(answer.payload).toMatchObject({ recovered: false });
      await new LogWriter(tidings.app).append(channel, 1);
      await eventually('events arrive again', () => next.offsets(channel).length === 1);
      next.cut();
    }
    const metrics = await (await fetch(`${tidings.url}/metrics`)).text();
    expect(metrics).toContain('tidings_history_changes_total{evidence="epoch"} 2');
  }, 120_000);
});

describe('a channel whose head is behind a delivered event', () => {
  it('gets another epoch, and its subscribers are closed with 4501', async () => {
    const tidings = await start(await databaseOf());
    const channel = channelOf(tidings);
    await new LogWriter(tidings.app).append(channel, 10);
    const { epoch } = await headOf(tidings.api, tidings.workspaceId, channel);
    const socket = await TestSocket.connect(tidings.url, tidings.api.token);
    await socket.ask('subscribe', { channel });
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    await client.query(
      'DELETE FROM events WHERE "offset" > 5 AND channel_id = (SELECT id FROM channels WHERE name = $1)',
      [channel],
    );
    await client.query('UPDATE channels SET head = 5 WHERE name = $1', [channel]);
    await client.end();
    expect((await socket.waitForClose(10_000)).code).toBe(4501);
    expect((await headOf(tidings.api, tidings.workspaceId, channel)).epoch).not.toBe(epoch);
  }, 60_000);
});

describe('a page of the log', () => {
  it('has recovered: false when it does not continue from the requested position', async () => {
    const tidings = await start(await databaseOf());
    const { api, workspaceId } = tidings;
    const channel = channelOf(tidings);
    await new LogWriter(tidings.app).append(channel, 5);
    const { epoch } = await headOf(api, workspaceId, channel);
    const other = '0198c5a8-7b1e-4c7a-9f43-0c5b2f1d2e3a';
    expect(await page(api, workspaceId, {})).toMatchObject({ recovered: true });
    expect(await page(api, workspaceId, { after: 3, epoch })).toMatchObject({
      recovered: true,
      position: { offset: 5 },
    });
    expect(await page(api, workspaceId, { after: 5, epoch })).toMatchObject({ recovered: true, items: [] });
    expect(await page(api, workspaceId, { after: 6 })).toMatchObject({ recovered: false, position: { offset: 5 } });
    expect(await page(api, workspaceId, { after: 3, epoch: other })).toMatchObject({ recovered: false, items: [] });
    await trimChannel(tidings, channel, 2);
    expect(await page(api, workspaceId, { after: 2 })).toMatchObject({ recovered: false });
    expect(await page(api, workspaceId, { after: 3 })).toMatchObject({ recovered: true });
    expect(await page(api, workspaceId, { after: 0, epoch })).toMatchObject({ recovered: false });
    expect(await page(api, workspaceId, { after: 0 })).toMatchObject({ recovered: true });
  }, 60_000);
});
