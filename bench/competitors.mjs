import { join, resolve } from 'node:path';
import { query } from './backends.mjs';
import { setUpTidings, tidingsEnvironment } from './competitors/tidings.mjs';

const here = import.meta.dirname;
const TIDINGS = join(here, '../dist/main.js');
const NAIVE = join(here, 'competitors/naive.mjs');
const BASELINE = join(here, 'competitors/baseline.mjs');

const countOf = async (url, table) => Number((await query(url, `SELECT count(*) FROM ${table}`))[0].count);

/** The built server of another checkout, to compare a change with its parent; undefined without `BENCH_BEFORE`. */
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

function naive(name, label, appendfsync) {
  return {
    name,
    label,
    appendfsync,
    program: NAIVE,
    delivers: true,
    environment: ({ databaseUrl, redisUrl, port, secret, whole }) => ({
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      PORT: String(port),
      WEBHOOK_SECRET: secret,
      WITH_WORKER: String(whole),
    }),
    setUp: async () => ({ path: '/webhooks/github', socket: { path: '/ws' } }),
    /** Without a worker, accepted webhooks stay in Redis. */
    stored: ({ databaseUrl, redis, whole }) =>
      whole ? countOf(databaseUrl, 'webhooks') : redis.waitingJobs('webhooks'),
  };
}

const baseline = {
  name: 'baseline',
  label: '(b) Fastify + batched INSERT',
  program: BASELINE,
  delivers: false,
  environment: ({ databaseUrl, port, secret }) => ({
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    WEBHOOK_SECRET: secret,
  }),
  setUp: async () => ({ path: '/webhooks/github' }),
  stored: ({ databaseUrl }) => countOf(databaseUrl, 'webhooks'),
};

/** `appendfsync` is the durability of the competitor's Redis; undefined when it uses no Redis. */
export const competitors = [
  tidings('tidings', 'Tidings'),
  ...(BEFORE ? [tidings('before', 'Tidings before', undefined, BEFORE)] : []),
  naive('naive', '(a) Express + BullMQ, AOF always', 'always'),
  baseline,
  tidings('tidings-redis', 'Tidings with Redis, AOF everysec', 'everysec'),
  naive('naive-everysec', '(a) with AOF everysec', 'everysec'),
];
