import type { Cluster, Redis } from 'ioredis';
import { redisClient } from './redis-client.js';

const PROBE_TIMEOUT_MS = 1_000;
const PROBE_KEY_TTL_MS = 60_000;

/** A client that fails fast. Errors reach the caller through its commands. */
export function probeClient(redisUrl: string): Redis | Cluster {
  const redis = redisClient(redisUrl, {
    lazyConnect: true,
    connectTimeout: PROBE_TIMEOUT_MS,
    commandTimeout: PROBE_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined);
  return redis;
}

export interface RedisState {
  /** One sentence per setting that can lose jobs. */
  readonly unsafeSettings: readonly string[];
  /** False if the user may not read the settings. */
  readonly isKnown: boolean;
}

/**
 * Checks with a write, because replicas and servers with full memory or disk still answer reads.
 * @throws Error when Redis does not answer or rejects writes
 */
export async function inspectRedis(redis: Redis | Cluster, prefix: string): Promise<RedisState> {
  await redis.set(`${prefix}:probe`, '', 'PX', PROBE_KEY_TTL_MS);
  // INFO instead of CONFIG, which managed Redis rejects.
  const info = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const isSafe = policy === undefined || policy === 'noeviction';
  return {
    unsafeSettings: isSafe
      ? []
      : [`Redis runs with maxmemory-policy ${policy} and may evict jobs; set it to noeviction`],
    isKnown: info !== '',
  };
}
