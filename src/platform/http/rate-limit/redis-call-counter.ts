import type { OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { redisClient } from '../../bus/redis-client.js';
import { CallCounter, MemoryCallCounter } from './call-counter.js';

const REDIS_TIMEOUT_MS = 250;

/**
 * Counts for all processes. While Redis is unavailable, each process counts on its own, so that the API stays
 * available.
 */
export class RedisCallCounter extends CallCounter implements OnApplicationShutdown {
  private readonly redis: Redis | Cluster;
  private readonly memory = new MemoryCallCounter();

  constructor(
    url: string,
    private readonly prefix: string,
  ) {
    super();
    this.redis = redisClient(url, { enableOfflineQueue: false, commandTimeout: REDIS_TIMEOUT_MS });
    // The readiness check reports Redis errors; here they only switch to the in-memory counter.
    this.redis.on('error', () => undefined);
  }

  async count(key: string, window: number, windowMs: number): Promise<number> {
    const name = `${this.prefix}:calls:${window}:${key}`;
    const inMemory = await this.memory.count(key, window);
    try {
      const [counted] = (await this.redis.multi().incr(name).pexpire(name, windowMs).exec()) ?? [];
      const [error, calls] = counted ?? [];
      return error || typeof calls !== 'number' ? inMemory : calls;
    } catch {
      return inMemory;
    }
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
