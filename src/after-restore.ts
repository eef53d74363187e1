import { DataSource } from 'typeorm';
import { loadConfig, type Config } from './platform/config/config.js';
import { dataSourceOptions } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres.js';
import { migrate } from './platform/database/migrate.js';
import { changeEpochs } from './platform/history/change-epochs.js';
import { findIdentityColumns } from './platform/history/server-identity.js';

/** To be run after a backup was restored, while the service runs or before it starts; running it again does no harm. */
async function afterRestore(databaseUrl: string): Promise<void> {
  // The backup may be of an older release.
  await migrate(databaseUrl);
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 1)).initialize();
  try {
    const database = new Database(dataSource);
    const identity = await findIdentityColumns((sql, parameters) => database.query(sql, parameters));
    await database.transaction((tx) => changeEpochs(tx, identity));
    const [row] = await database.query<{ channels: string }>('SELECT count(*) AS channels FROM channels');
    say(
      `The fence and ${row?.channels ?? 0} channels have new epochs: every position from before the restore is void.`,
    );
    say('Processes that run let their clients go within a second; these come back and load what they show anew.');
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
