import { randomBytes, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { AccessTokens } from '../../dist/identity/tokens/access-tokens.js';
import { freePort } from '../child.mjs';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const DAY_MS = 86_400_000;

/**
 * Starts the gateway as it ships, in a process of its own (ROLE=gateway). Each subscriber is another user with a login
 * and views the workspace whose channel it follows. SQL inserts the users: 10,000 password hashes take an hour.
 */
export async function startTidings({ databaseUrl, dataDir, subscribers }, startNode, program = MAIN) {
  const secret = randomBytes(32).toString('base64');
  const gateway = await startGateway({ databaseUrl, dataDir, secret }, startNode, program);
  const workspaceId = randomUUID();
  const sessions = await addMembers(databaseUrl, workspaceId, subscribers);
  const channel = `webhooks:${workspaceId}`;
  return {
    ...gateway,
    target: { protocol: 'tidings', channel },
    credentials: await Promise.all(sessions.map((session) => gateway.issue(session))),
    publisher: () => startWriter(program, databaseUrl, channel),
  };
}

/** `issue` makes the access token of a session. */
export async function startGateway({ databaseUrl, dataDir, secret }, startNode, program = MAIN) {
  const port = await freePort();
  const tokens = new AccessTokens({ jwtSecret: secret, accessTokenSeconds: 86_400 });
  const expiresAt = new Date(Date.now() + DAY_MS);
  const server = startNode(program, {
    ROLE: 'gateway',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: secret,
    MAX_CONNECTIONS_PER_ADDRESS: '20000',
    CONNECTS_PER_SECOND: '10000',
  });
  await server.ready(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
  return {
    port,
    pid: server.pid,
    command: (command) => server.request({ command }),
    issue: async ({ id, userId }) => (await tokens.issue({ id, userId, expiresAt })).accessToken,
    stop: () => server.stop(),
  };
}

export async function addMembers(databaseUrl, workspaceId, count) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`INSERT INTO workspaces (id, name) VALUES ($1, 'Bench')`, [workspaceId]);
  const { rows } = await client.query(
    `WITH made AS (
       INSERT INTO users (id, email, name)
       SELECT gen_random_uuid(), 'user-' || n || '@example.com', 'User ' || n FROM generate_series(1, $2::int) AS n
       RETURNING id
     ), joined AS (
       INSERT INTO members (workspace_id, user_id, role) SELECT $1, id, 'viewer' FROM made
     )
     INSERT INTO sessions (id, user_id, expires_at) SELECT gen_random_uuid(), id, now() + interval '1 day' FROM made
     RETURNING id, user_id AS "userId"`,
    [workspaceId, count],
  );
  await client.query('ANALYZE');
  await client.end();
  return rows;
}

/**
 * Appends to the log as the api and the worker do: rows in a transaction with fsync, then the hint on the bus. The
 * classes come from the build of the server, because another build has other columns.
 */
export async function openLog(program, databaseUrl) {
  const load = (path) => import(join(dirname(program ?? MAIN), 'platform', path));
  const { Bus } = await load('bus/bus.js');
  const { PostgresWire } = await load('bus/postgres-wire.js');
  const { dataSourceOptions } = await load('database/data-source.js');
  const { Database } = await load('database/database.js');
  const { EventLog } = await load('events/event-log.js');
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 2)).initialize();
  const bus = new Bus(new PostgresWire(databaseUrl));
  await bus.onModuleInit();
  const database = new Database(dataSource);
  const log = new EventLog(bus);
  return {
    /** @param events pairs of a channel and a payload, of one transaction */
    append: (events) =>
      database.transaction((tx) =>
        log.append(
          tx,
          events.map(([channel, payload]) => {
            return { channel, id: randomUUID(), type: 'webhook:received', actor: null, payload };
          }),
        ),
      ),
    async close() {
      await bus.onApplicationShutdown();
      await dataSource.destroy();
    },
  };
}

/** Messages published during a transaction go into the next one. */
async function startWriter(program, databaseUrl, channel) {
  const log = await openLog(program, databaseUrl);
  let waiting = [];
  let writing = Promise.resolve();
  const write = async () => {
    const events = waiting.map((payload) => [channel, payload]);
    waiting = [];
    if (events.length > 0) await log.append(events);
  };
  return {
    publish(payload) {
      waiting.push(payload);
      if (waiting.length === 1) writing = writing.then(write);
    },
    async close() {
      await writing;
      await log.close();
    },
  };
}
