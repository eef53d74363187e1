import { writeBackup } from './platform/backup/write-backup.js';
import { say, withDatabase } from './with-database.js';

/**
 * Writes the whole database into one file, while the service runs: `node dist/backup.js tidings.backup`. `--force`
 * replaces an existing file.
 */
const args = process.argv.slice(2);
const force = args.includes('--force');
const path = args.find((argument) => !argument.startsWith('--'));
await withDatabase(async (url) => {
  if (path === undefined) throw new Error('Name the file to write: node dist/backup.js tidings.backup');
  const rows = Object.values(await writeBackup(url, path, { force }));
  say(`${path}: ${rows.reduce((sum, count) => sum + count, 0)} rows of ${rows.length} tables.`);
  say(
    'Keep SECRETS_KEY (DATA_DIR/secrets.json with the embedded database) as well: the secrets in the file are sealed.',
  );
});
