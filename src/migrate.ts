import { migrateAll } from './migrate-all.js';
import { say, withDatabase } from './with-database.js';

/**
 * Applies the pending migrations and ends, for deployments that migrate before any process of a release starts. Each
 * process does the same at its start, so this is optional, and repeating it is harmless.
 */
await withDatabase(async (url, config) => {
  await migrateAll(config, url, say);
  say('The database is migrated.');
});
