import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Jest loads this file without the TypeScript transform, so it imports the build.
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../dist/platform/database/migrate.js';
import { migrateQueues } from '../dist/platform/queues/queue-backend.js';

const PREFIX = 'tidings-test-run-';

/** Starts one PostgreSQL for the whole run, unless TEST_DATABASE_URL names a server. */
export default async function globalSetup() {
  if (process.env.TEST_DATABASE_URL) {
    process.env.TIDINGS_TEST_PG_URL = process.env.TEST_DATABASE_URL;
    await makeTemplate();
    return;
  }
  await removeKilledRuns();
  const dataDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // When run as root, another user runs PostgreSQL and needs access.
  chmodSync(dataDir, 0o755);
  // Durability costs time. Specs that kill the server start one of their own.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  process.env.TIDINGS_TEST_PG_URL = postgres.url;
  await makeTemplate();
  globalThis.stopTestPostgres = async () => {
    await postgres.stop();
    for (const path of [postgres.dataDir, dataDir]) rmSync(path, { recursive: true, force: true });
  };
}

/** Migrates a template once: copying it takes milliseconds, migrating takes seconds. */
async function makeTemplate() {
  const client = new pg.Client({ connectionString: process.env.TIDINGS_TEST_PG_URL });
  await client.connect();
  await client.query('drop database if exists tidings_template with (force)');
  await client.query('create database tidings_template');
  await client.end();
  const url = new URL(process.env.TIDINGS_TEST_PG_URL);
  url.pathname = '/tidings_template';
  await migrate(url.href);
  await migrateQueues({ databaseUrl: url.href });
}

/** Stops the servers of killed runs, which outlive them. */
async function removeKilledRuns() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    if (isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const dataDir = join(tmpdir(), name);
    try {
      const left = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
      await left.stop();
    } catch (error) {
      console.warn(`The database of a killed test run in ${dataDir} could not be stopped: ${error.message}`);
    }
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
