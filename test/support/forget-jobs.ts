import { Redis } from 'ioredis';
import pg from 'pg';
import type { RunningTidings } from './app.js';

/** Forgets every job, as a queue that lost its memory does. */
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
