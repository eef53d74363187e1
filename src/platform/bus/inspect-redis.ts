import type { Cluster, Redis } from 'ioredis';
import { redisClient } from './redis-client.js';

const ANSWER_MS = 1_000;
const PROBE_MS = 60_000;

/** A client that says soon when it has no answer. Failures reach the caller through its commands. */
export function probeClient(redisUrl: string): Redis | Cluster {
  const redis = redisClient(redisUrl, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined);
  return redis;
}

export interface RedisState {
  /** A sentence for each setting under which jobs may be lost. */
  readonly unsafeSettings: readonly string[];
  /** False where the user may not ask for the settings. */
  readonly isKnown: boolean;
}

/**
 * Writes, since a replica, a full server and one whose disk is full can still be read.
 * @throws Error when Redis doesn't answer, or doesn't take what is written
 */
export async function inspectRedis(redis: Redis | Cluster, prefix: string): Promise<RedisState> {
  await redis.set(`${prefix}:probe`, '', 'PX', PROBE_MS);
  // INFO and not CONFIG: managed Redis refuses the latter.
  const info = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const isSafe = policy === undefined || policy === 'noeviction';
  return {
    unsafeSettings: isSafe
      ? []
      : [`Redis runs with maxmemory-policy ${policy}: it may throw jobs away; set it to noeviction`],
    isKnown: info !== '',
  };
}
