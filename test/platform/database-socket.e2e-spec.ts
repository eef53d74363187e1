import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, post } from '../support/webhooks.js';

let database: TestDatabase;
let server: Server;
const directory = mkdtempSync(join(tmpdir(), 'tidings-socket-'));

beforeAll(async () => {
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      one.on('error', () => undefined).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await once(server.listen(join(directory, '.s.PGSQL.5432')), 'listening');
});
afterAll(async () => {
  server.close();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

it('a process connects to its database over a Unix socket with a URL without a host', async () => {
  const { username, password, pathname } = new URL(database.url);
  const tidings = await startTidings({
    DATABASE_URL: `postgres://${username}:${password}@${pathname}?host=${directory}`,
  });
  const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
  const { deliveryId } = await post(source.url, 'over a Unix socket');
  const isProcessed = async () =>
    (await deliveryOf(tidings.api, tidings.workspaceId, deliveryId)).status === 'processed';
  expect(await eventually('the delivery is processed', isProcessed, 20_000)).toBe(true);
  await tidings.stop();
});
