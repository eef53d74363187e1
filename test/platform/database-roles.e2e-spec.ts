import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../src/platform/database/migrate.js';
import { migrateQueues } from '../../src/platform/queues/queue-backend.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let owner: pg.Client;
let url: string;
let role: string;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const address = new URL(database.url);
  role = `${address.pathname.slice(1)}_role`;
  await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  await owner.query('DROP SCHEMA public CASCADE; DROP SCHEMA bullmq CASCADE; CREATE SCHEMA public');
  await owner.query('GRANT USAGE ON SCHEMA public TO PUBLIC');
  Object.assign(address, { username: role, password: 'secret' });
  url = address.href;
});
afterEach(async () => {
  await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await owner.end();
  await database.drop();
});

it('a role without privileges gets an error with the missing grants', async () => {
  const refused = migrate(url);
  await expect(refused).rejects.toThrow(`GRANT USAGE, CREATE ON SCHEMA public TO ${role}`);
  await expect(refused).rejects.not.toThrow('secret');
});

it('a role that may only create tables gets an error with the statement that creates the schema of the queues', async () => {
  await owner.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${role}`);
  await migrate(url);
  const queues = { databaseUrl: url, redisUrl: undefined, redisPrefix: 'test' };
  await expect(migrateQueues(queues)).rejects.toThrow(`CREATE SCHEMA IF NOT EXISTS bullmq AUTHORIZATION ${role}`);
  await owner.query(`CREATE SCHEMA IF NOT EXISTS bullmq AUTHORIZATION ${role}`);
  await migrateQueues(queues);
  await migrateQueues(queues);
});
