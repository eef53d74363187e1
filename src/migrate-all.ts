import type { Config } from './platform/config/config.js';
import { migrate } from './platform/database/migrate.js';
import { checkSessions } from './platform/health/check-backends.js';
import { migrateQueues } from './platform/queues/queue-backend.js';

/**
 * Applies the pending migrations of the tables and of the queues. The check of sessions comes first: behind a pooler
 * without them, no step may run that needs one.
 * @param databaseUrl the database of the service; DATABASE_DIRECT_URL takes precedence for the migrations
 * @throws Error when a migration fails, or when the pooler provides no sessions
 */
export async function migrateAll(config: Config, databaseUrl: string, tell: (line: string) => void): Promise<void> {
  await checkSessions(config, databaseUrl);
  const { databaseDirectUrl = databaseUrl, redisUrl, redisPrefix } = config;
  await migrate(databaseDirectUrl, tell);
  await migrateQueues({ databaseUrl: databaseDirectUrl, redisUrl, redisPrefix }, tell);
}
