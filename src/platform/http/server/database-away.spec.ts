import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, Param } from '@nestjs/common';
import pg from 'pg';
import { eventually } from '../../../../test/support/eventually.js';
import { startPlatform, type RunningPlatform } from '../../../../test/support/platform-app.js';
import { startStallingProxy, type StallingProxy } from '../../../../test/support/stalling-proxy.js';
import { Database } from '../../database/database.js';
import { Public } from '../api/public.js';

@Public()
@Controller('v1/asks')
class AskingController {
  constructor(private readonly database: Database) {}

  @Get('entities')
  async entities(): Promise<unknown> {
    return this.database.manager.query('SELECT 1');
  }

  @Get('transaction')
  async transaction(): Promise<unknown> {
    return this.database.transaction((tx) => tx.query('SELECT 1'));
  }

  @Get('builder')
  async builder(): Promise<unknown> {
    return this.database.manager.createQueryBuilder().select('1').from('users', 'users').getRawMany();
  }

  @Get('nonsense')
  async nonsense(): Promise<unknown> {
    return this.database.query('SELECT nonsense');
  }

  @Get('for-long')
  async forLong(): Promise<unknown> {
    return this.database.query('SELECT pg_sleep(20)');
  }

  @Get(':any')
  async query(@Param('any') any: string): Promise<unknown> {
    return this.database.query('SELECT $1::text AS said', [any]);
  }
}

const ANSWER_WITHIN_MS = 5_000;

let platform: RunningPlatform;
let proxy: StallingProxy;

beforeAll(async () => {
  const reach = async (databaseUrl: string): Promise<string> => {
    const url = new URL(databaseUrl);
    proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    return url.href;
  };
  platform = await startPlatform({ controllers: [AskingController], reach });
});
afterAll(() => platform.stop());

async function ask(what: string) {
  const response = await fetch(`${platform.url}/v1/asks/${what}`);
  const { code } = (await response.json()) as { code?: string };
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') };
}

const unavailable = { status: 503, code: 'service.unavailable', retryAfter: '1' };

it('answers 503 and logs the reason when the database ends a connection', async () => {
  const asked = ask('for-long');
  const other = new pg.Client({ connectionString: platform.databaseUrl });
  await other.connect();
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%pg_sleep(20)%' AND datname = current_database() AND pid <> pg_backend_pid()`;
  await eventually('the call has reached the database', async () => (await other.query(end)).rowCount === 1);
  await other.end();
  expect(await asked).toEqual(unavailable);
  expect(platform.logged.join('')).toContain('57P01');
});

it('answers 500 to an invalid SQL statement', async () => {
  expect(await ask('nonsense')).toMatchObject({ status: 500, code: 'internal' });
});

it('answers 503 in time while connections to the database hang, with every query API', async () => {
  const ways = ['anything', 'transaction', 'entities', 'builder'];
  for (const way of ways) expect((await ask(way)).status).toBe(200);
  proxy.hangConnects();
  const begin = performance.now();
  const answers = await Promise.all(ways.map(async (way) => ({ way, ...(await ask(way)) })));
  expect(answers).toEqual(ways.map((way) => ({ way, ...unavailable })));
  expect(performance.now() - begin).toBeLessThan(ANSWER_WITHIN_MS);
  proxy.resume();
  for (const way of ways) await eventually(`${way} is answered again`, async () => (await ask(way)).status === 200);
});

it('answers 503 when the database is unavailable, with every query API', async () => {
  const ways = ['anything', 'transaction', 'entities', 'builder'];
  for (const way of ways) expect((await ask(way)).status).toBe(200);
  await proxy.stop();
  for (const way of ways) expect({ way, ...(await ask(way)) }).toEqual({ way, ...unavailable });
});
