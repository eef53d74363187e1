import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Also closes open connections. */
  drop(): Promise<void>;
}

/** Creates a database with the whole schema on the server of this test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  // The global setup has migrated the template.
  return createFrom('tidings_template');
}

/** Creates a database without tables on the server of this test run. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createFrom('template1');

async function createFrom(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(`create database ${name} template ${template}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(`drop database if exists ${name} with (force)`) };
}

async function execute(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['TIDINGS_TEST_PG_URL'];
  if (!url) throw new Error('No test database server: run the tests through Jest, whose global setup starts one.');
  return url;
}
