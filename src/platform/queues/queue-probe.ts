import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { redisClient } from '../redis/redis-client.js';

const ANSWER_MS = 1_000;

/** Asks the place where jobs live whether it is there and keeps what it is given. */
@Injectable()
export class QueueProbe implements OnApplicationShutdown {
  private readonly redis: Redis | Cluster | undefined;

  constructor(
    { redisUrl }: Config,
    private readonly database: Database,
  ) {
    this.redis = redisUrl === undefined ? undefined : probeClient(redisUrl);
  }

  /** @throws Error when the queues can't be reached within a second or two */
  async unsafeSettings(): Promise<string[]> {
    return this.redis === undefined ? this.findTables() : evictionOf(this.redis);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private async findTables(): Promise<string[]> {
    const [row] = await this.database.query<{ found: boolean }>(
      `SELECT to_regclass('bullmq.job') IS NOT NULL AS found`,
    );
    if (row?.found !== true) throw new Error('The tables of the queues are missing.');
    return [];
  }
}

/**
 * For the start, before there is an app.
 * @throws Error when Redis doesn't answer
 */
export async function unsafeRedisSettings(redisUrl: string): Promise<string[]> {
  const redis = probeClient(redisUrl, { retryStrategy: () => null });
  let reason: Error | undefined;
  redis.on('error', (error) => (reason = error));
  try {
    return await evictionOf(redis);
  } catch (error) {
    // The command only knows that there was no connection.
    throw new Error(`Redis gives no answer: ${(reason ?? (error as Error)).message}`, { cause: error });
  } finally {
    // One that never came about would keep the process for two seconds to be ended.
    if (redis.status !== 'end') redis.disconnect();
  }
}

function probeClient(redisUrl: string, options: RedisOptions = {}): Redis | Cluster {
  const redis = redisClient(redisUrl, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
    ...options,
  });
  // Every failure reaches the caller through its command; unheard, it would be printed as well.
  redis.on('error', () => undefined);
  return redis;
}

/** INFO and not CONFIG: managed Redis refuses the latter. */
async function evictionOf(redis: Redis | Cluster): Promise<string[]> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  return [`Redis runs with maxmemory-policy ${policy}: it may throw jobs away; set it to noeviction`];
}
