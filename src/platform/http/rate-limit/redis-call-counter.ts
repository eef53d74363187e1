import type { OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { redisClient } from '../../bus/redis-client.js';
import { CallCounter, MemoryCallCounter } from './call-counter.js';

const ANSWER_MS = 250;

/** Counts for all processes together. While Redis can't be asked, each counts for itself: a limit must not stop the API. */
export class RedisCallCounter extends CallCounter implements OnApplicationShutdown {
  private readonly redis: Redis | Cluster;
  private readonly memory = new MemoryCallCounter();

  constructor(
    url: string,
    private readonly prefix: string,
  ) {
    super();
    this.redis = redisClient(url, { enableOfflineQueue: false, commandTimeout: ANSWER_MS });
    // It is told of by the readiness check; here it only changes who counts.
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
