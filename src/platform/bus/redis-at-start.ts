import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { ConfigError } from '../config/config.js';
import type { Log } from '../logging/logger.js';
import { inspectRedis, probeClient } from './inspect-redis.js';

/** Enough for a Redis that starts at the same time; webhooks cannot wait for one that does not. */
const MAX_WAIT_MS = 10_000;
const POLL_MS = 500;
const REFUSAL = /^(?:NOAUTH|WRONGPASS|NOPERM)|invalid username-password|invalid password/;

/**
 * Waits a while for Redis, then continues without it: everything works, with a delay.
 * @returns one sentence per setting that can lose jobs
 * @throws ConfigError when Redis rejects the credentials or permissions, because waiting does not help
 */
export async function redisAtStart(redisUrl: string, prefix: string, log: Log): Promise<readonly string[]> {
  const redis = probeClient(redisUrl);
  let reason = '';
  redis.on('error', (error: Error) => (reason = error.message));
  try {
    return await settled(redis, prefix, log, () => reason);
  } finally {
    // A client that never connected would otherwise keep the process alive for two seconds.
    if (redis.status !== 'end') redis.disconnect();
  }
}

async function settled(
  redis: Redis | Cluster,
  prefix: string,
  log: Log,
  lastReason: () => string,
): Promise<readonly string[]> {
  const deadline = performance.now() + MAX_WAIT_MS;
  for (let told = false; ; told = true) {
    try {
      return await look(redis, prefix, log);
    } catch (error) {
      const message = (error as Error).message;
      // A command without a connection does not know the reason.
      const why = REFUSAL.test(message) ? message : lastReason() || message;
      if (REFUSAL.test(why)) throw new ConfigError([refusalText(why, prefix)]);
      if (performance.now() > deadline) {
        log.warn(
          `starting without Redis (${why}): events are up to 2 s late, webhooks up to 15 s, until it is available`,
        );
        return [];
      }
      if (!told) log.warn(`waiting for Redis: ${why}`);
    }
    await delay(POLL_MS);
  }
}

async function look(redis: Redis | Cluster, prefix: string, log: Log): Promise<readonly string[]> {
  const { unsafeSettings, isKnown } = await inspectRedis(redis, prefix);
  await redis.publish(`${prefix}:probe`, '');
  if (!isKnown) log.warn('this Redis user may not use INFO: make sure that maxmemory-policy is noeviction');
  return unsafeSettings;
}

function refusalText(reason: string, prefix: string): string {
  return (
    `REDIS_URL: Redis rejects this user (${reason}); it needs its password and ` +
    `ACL rules such as ~${prefix}:* &${prefix}:* +@all -@admin -@dangerous +info`
  );
}
