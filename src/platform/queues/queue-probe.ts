import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { inspectRedis, probeClient } from '../bus/inspect-redis.js';

/** Checks whether the backend of the queues is available, writable and durable. */
@Injectable()
export class QueueProbe implements OnApplicationShutdown {
  /** Undefined if jobs are in PostgreSQL. */
  private readonly redis: Redis | Cluster | undefined;
  private readonly prefix: string;

  constructor(
    { redisUrl, redisPrefix }: Config,
    private readonly database: Database,
  ) {
    this.redis = redisUrl === undefined ? undefined : probeClient(redisUrl);
    this.prefix = redisPrefix;
  }

  get isRedis(): boolean {
    return this.redis !== undefined;
  }

  /** @throws Error within two seconds when the queues are unavailable */
  async unsafeSettings(): Promise<readonly string[]> {
    if (this.redis === undefined) return this.findTables();
    return (await inspectRedis(this.redis, this.prefix)).unsafeSettings;
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private async findTables(): Promise<string[]> {
    const [row] = await this.database.query<{ found: boolean }>(
      `SELECT to_regclass('bullmq.job') IS NOT NULL AS found`,
    );
    if (row?.found !== true) throw new Error('The queue tables are missing.');
    return [];
  }
}
