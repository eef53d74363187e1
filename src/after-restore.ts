import { DataSource } from 'typeorm';
import { loadConfig, type Config } from './platform/config/config.js';
import { dataSourceOptions } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres.js';
import { migrate } from './platform/database/migrate.js';
import { changeEpochs } from './platform/history/change-epochs.js';
import { findIdentityColumns } from './platform/history/server-identity.js';

/** Run this after restoring a backup, while the service runs or before it starts. Repeating it is harmless. */
async function afterRestore(databaseUrl: string): Promise<void> {
  // The backup may come from an older release.
  await migrate(databaseUrl);
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 1)).initialize();
  try {
    const database = new Database(dataSource);
    const identity = await findIdentityColumns((sql, parameters) => database.query(sql, parameters));
    await database.transaction((tx) => changeEpochs(tx, identity));
    const [row] = await database.query<{ channels: string }>('SELECT count(*) AS channels FROM channels');
    say(`The fence and ${row?.channels ?? 0} channels have new epochs: positions from before the restore are invalid.`);
    say('Running processes disconnect their clients within a second; the clients reconnect and reload their data.');
  } finally {
    await dataSource.destroy();
  }
}

async function startOwnDatabase({ dataDir, embeddedPgUser }: Config): Promise<EmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  return startEmbeddedPostgres({ dataDir, log: say, ...user });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

let postgres: EmbeddedPostgres | undefined;
try {
  const config = loadConfig();
  postgres = config.databaseUrl === undefined ? await startOwnDatabase(config) : undefined;
  await afterRestore(config.databaseUrl ?? postgres?.url ?? '');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await postgres?.stop();
}
