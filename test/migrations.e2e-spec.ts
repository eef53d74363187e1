import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
// Brings every module and, with them, every entity: their decorators have registered them by now.
import '../src/app.module.js';
import { dataSourceOptions } from '../src/platform/database/data-source.js';
import { migrate } from '../src/platform/database/migrate.js';
import { migrations } from '../src/platform/database/migrations/migrations.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

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

  const migrationsThatRan = async (): Promise<string[]> => {
    const rows = await dataSource.query<{ name: string }[]>('select name from tidings_migrations order by id');
    return rows.map(({ name }) => name);
  };
  const schema = (): Promise<unknown> =>
    dataSource.query(`
      select table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public' order by 1, 2`);

  it('make every table, column, type and default that the entities speak of', async () => {
    await migrate(database.url);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    // Foreign keys, checks and partial indexes are the migrations' own: an entity needn't repeat them.
    const missing = upQueries
      .map(({ query }) => query)
      .filter((query) => !/ DROP CONSTRAINT |^DROP INDEX /.test(query));
    expect(missing).toEqual([]);
    expect(dataSource.entityMetadatas.length).toBeGreaterThan(0);
  });

  it('run once, however often a process starts', async () => {
    await migrate(database.url);
    const before = await schema();
    await migrate(database.url);
    expect(await migrationsThatRan()).toEqual(migrations.map(({ name }) => name));
    expect(await schema()).toEqual(before);
  });

  it('run once when several processes start at the same time', async () => {
    await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(await migrationsThatRan()).toEqual(migrations.map(({ name }) => name));
  });

  it('can be taken back one by one, to an empty schema', async () => {
    await migrate(database.url);
    for (const _ of migrations) await dataSource.undoLastMigration({ transaction: 'all' });
    const left = await dataSource.query<{ table_name: string }[]>(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    expect(left.map(({ table_name }) => table_name)).toEqual(['tidings_migrations']);
  });
});
