import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import 'reflect-metadata';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
// Imports every module and thereby registers every entity.
import '../../src/app.module.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { migrations } from '../../src/platform/database/migrations/migrations.js';
import { SealPushSubscriptions1763700001700 } from '../../src/platform/database/migrations/1763700001700-seal-push-subscriptions.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const MIGRATE = join(import.meta.dirname, '../../dist/migrate.js');

const hashOf = (endpoint: string): Buffer => createHash('sha256').update(endpoint).digest();

describe('the migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createTestDatabase();
    const entities = getMetadataArgsStorage().tables.map(({ target }) => target);
    dataSource = await new DataSource({ ...dataSourceOptions(database.url, 1), entities }).initialize();
    await dataSource.query('drop schema public cascade');
    await dataSource.query('create schema public');
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const appliedMigrations = async (): Promise<string[]> => {
    const rows = await dataSource.query<{ name: string }[]>('select name from tidings_migrations order by id');
    return rows.map(({ name }) => name);
  };
  const schema = (): Promise<unknown> =>
    dataSource.query(`
      select table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public' order by 1, 2`);

  it('create every table, column, type and default of the entities', async () => {
    await migrate(database.url);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    // Only the migrations declare foreign keys, checks and partial indexes.
    const missing = upQueries
      .map(({ query }) => query)
      .filter((query) => !/ DROP CONSTRAINT |^DROP INDEX /.test(query));
    expect(missing).toEqual([]);
    expect(dataSource.entityMetadatas.length).toBeGreaterThan(0);
  });

  it('run once when a process starts twice', async () => {
    await migrate(database.url);
    const before = await schema();
    await migrate(database.url);
    expect(await appliedMigrations()).toEqual(migrations.map(({ name }) => name));
    expect(await schema()).toEqual(before);
  });

  it('run once when several processes start at the same time', async () => {
    await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(await appliedMigrations()).toEqual(migrations.map(({ name }) => name));
  });

  it('are applied by the command that a deployment runs first, with the settings of ENV_FILE', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tidings-migrate-'));
    const file = join(dataDir, 'settings.env');
    writeFileSync(file, `DATABASE_URL=${database.url}\nDATA_DIR=${dataDir}\n`);
    const env = { PATH: process.env['PATH'], ENV_FILE: file };
    const run = async (...args: string[]) =>
      (await promisify(execFile)(process.execPath, [MIGRATE, ...args], { env })).stdout;
    expect(await run('--plan')).toContain(`Pending: ${migrations.map(({ name }) => name).join(', ')}`);
    expect(await schema()).toEqual([]);
    expect(await run()).toContain('The database is migrated.');
    expect(await run('--plan')).toContain('No migration is pending.');
    rmSync(dataDir, { recursive: true });
    expect(await appliedMigrations()).toEqual(migrations.map(({ name }) => name));
  });

  it('keep push subscriptions that were stored unsealed', async () => {
    await migrate(database.url);
    while ((await appliedMigrations()).includes(SealPushSubscriptions1763700001700.name))
      await dataSource.undoLastMigration({ transaction: 'all' });
    // Disables foreign keys: the rows have no user and no login.
    await dataSource.query('set session_replication_role = replica');
    await dataSource.query(`
      insert into push_subscriptions (id, user_id, service, endpoint) values
        (gen_random_uuid(), gen_random_uuid(), 'web', 'https://Push.example:8443/one?x'),
        (gen_random_uuid(), gen_random_uuid(), 'expo', 'ExponentPushToken[two]')`);
    await migrate(database.url);
    const rows = await dataSource.query<unknown[]>(
      'select host, endpoint_hash, secrets from push_subscriptions order by service desc',
    );
    expect(rows).toEqual([
      { host: 'push.example:8443', endpoint_hash: hashOf('https://Push.example:8443/one?x'), secrets: [] },
      { host: null, endpoint_hash: hashOf('ExponentPushToken[two]'), secrets: [] },
    ]);
  });

  it('let the release without sealed push subscriptions store them beside this release', async () => {
    await migrate(database.url);
    await dataSource.query('set session_replication_role = replica');
    await dataSource.query('alter table push_subscriptions enable always trigger push_subscriptions_hash_endpoint');
    const storeUnsealed = (endpoint: string) =>
      dataSource.query(
        `INSERT INTO push_subscriptions (id, user_id, session_id, service, endpoint, p256dh, auth)
         VALUES (gen_random_uuid(), gen_random_uuid(), NULL, 'web', $1, 'p', 'a')
         ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id, session_id = excluded.session_id,
           p256dh = excluded.p256dh, auth = excluded.auth`,
        [endpoint],
      );
    const [one, two] = ['https://push.example/one', 'https://push.example/two'];
    // This release has already sealed the second one.
    await dataSource.query(
      `insert into push_subscriptions (id, user_id, service, host, endpoint_hash)
       values (gen_random_uuid(), gen_random_uuid(), 'web', 'push.example', $1)`,
      [hashOf(two)],
    );
    for (const endpoint of [one, one, two]) await storeUnsealed(endpoint);
    const rows = await dataSource.query<unknown[]>(
      'select endpoint, host, endpoint_hash from push_subscriptions order by endpoint',
    );
    expect(rows).toEqual(
      [one, two].map((endpoint) => ({ endpoint, host: 'push.example', endpoint_hash: hashOf(endpoint) })),
    );
  });

  it('can be reverted one by one to an empty schema', async () => {
    await migrate(database.url);
    for (const _ of migrations) await dataSource.undoLastMigration({ transaction: 'all' });
    const left = await dataSource.query<{ table_name: string }[]>(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    expect(left.map(({ table_name }) => table_name)).toEqual(['tidings_migrations']);
  });
});
