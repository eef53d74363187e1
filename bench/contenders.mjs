import { join, resolve } from 'node:path';
import { query } from './backends.mjs';
import { setUpTidings, tidingsEnvironment } from './contenders/tidings.mjs';

const here = import.meta.dirname;
const TIDINGS = join(here, '../dist/main.js');
const TUTORIAL = join(here, 'contenders/tutorial.mjs');
const FLOOR = join(here, 'contenders/floor.mjs');

const countOf = async (url, table) => Number((await query(url, `SELECT count(*) FROM ${table}`))[0].count);

/** The built server of another checkout, to compare a change with the commit before it; undefined when none is named. */
export const BEFORE = process.env.BENCH_BEFORE && resolve(process.env.BENCH_BEFORE, 'dist/main.js');

function tidings(name, label, appendfsync, program = TIDINGS) {
  return {
    name,
    label,
    appendfsync,
    program,
    delivers: true,
    environment: tidingsEnvironment,
    setUp: setUpTidings,
    stored: ({ databaseUrl }) => countOf(databaseUrl, 'deliveries'),
  };
}

function tutorial(name, label, appendfsync) {
  return {
    name,
    label,
    appendfsync,
    program: TUTORIAL,
    delivers: true,
    environment: ({ databaseUrl, redisUrl, port, secret, whole }) => ({
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      PORT: String(port),
      WEBHOOK_SECRET: secret,
      WITH_WORKER: String(whole),
    }),
    setUp: async () => ({ path: '/webhooks/github', socket: { path: '/ws' } }),
    /** Without its worker, what it has accepted is in Redis. */
    stored: ({ databaseUrl, redis, whole }) =>
      whole ? countOf(databaseUrl, 'webhooks') : redis.waitingJobs('webhooks'),
  };
}

const floor = {
  name: 'floor',
  label: '(b) Fastify + batched INSERT',
  program: FLOOR,
  delivers: false,
  environment: ({ databaseUrl, port, secret }) => ({
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    WEBHOOK_SECRET: secret,
  }),
  setUp: async () => ({ path: '/webhooks/github' }),
  stored: ({ databaseUrl }) => countOf(databaseUrl, 'webhooks'),
};

/** `appendfsync`: how durable its Redis is; a contender without one uses none. */
export const contenders = [
  tidings('tidings', 'Tidings'),
  ...(BEFORE ? [tidings('before', 'Tidings before', undefined, BEFORE)] : []),
  tutorial('tutorial', '(a) Express + BullMQ, AOF always', 'always'),
  floor,
  tidings('tidings-redis', 'Tidings with Redis, AOF everysec', 'everysec'),
  tutorial('tutorial-everysec', '(a) with AOF everysec', 'everysec'),
];
