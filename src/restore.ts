import { restoreBackup } from './platform/backup/restore-backup.js';
import { renewEpochs } from './renew-epochs.js';
import { say, withDatabase } from './with-database.js';

/** Restores a backup into an empty database: `node dist/restore.js tidings.backup`. */
const path = process.argv[2];
await withDatabase(async (url) => {
  if (path === undefined) throw new Error('Name the file of the backup: node dist/restore.js tidings.backup');
  const rows = Object.values(await restoreBackup(url, path));
  say(`${rows.reduce((sum, count) => sum + count, 0)} rows of ${rows.length} tables are restored.`);
  say(
    'The secrets in it are sealed: start with the SECRETS_KEY and JWT_SECRET of the installation that was backed up,',
  );
  say('with the embedded database by its secrets.json in DATA_DIR. A process with others is not ready.');
  await renewEpochs(url);
});
