import { Redis } from 'ioredis';
import pg from 'pg';
import type { RunningTidings } from './app.js';

/** Deletes every job, like a queue that lost its data. */
export async function forgetJobs({
  config,
  databaseUrl,
}: Pick<RunningTidings, 'config' | 'databaseUrl'>): Promise<void> {
  if (config.redisUrl !== undefined) {
    const redis = new Redis(config.redisUrl);
    await redis.flushall();
    redis.disconnect();
    return;
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('DELETE FROM bullmq.job');
  await client.end();
}
