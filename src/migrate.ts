import { migrateAll } from './migrate-all.js';
import { pendingMigrations } from './platform/database/migrate.js';
import { say, withDatabase } from './with-database.js';

/**
 * Applies the pending migrations and ends, for deployments that migrate before any process of a release starts. Each
 * process does the same at its start, so this is optional, and repeating it is harmless. `--plan` only lists them.
 */
await withDatabase(async (url, config) => {
  if (process.argv.includes('--plan')) return plan(config.databaseDirectUrl ?? url);
  await migrateAll(config, url, say);
  say('The database is migrated.');
});

async function plan(url: string): Promise<void> {
  const pending = await pendingMigrations(url);
  say(pending.length === 0 ? 'No migration is pending.' : `Pending: ${pending.join(', ')}`);
}
