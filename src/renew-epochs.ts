import { DataSource } from 'typeorm';
import { dataSourceOptions } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/migrate.js';
import { changeEpochs } from './platform/history/change-epochs.js';
import { findIdentityColumns } from './platform/history/server-identity.js';
import { say } from './with-database.js';

/** Migrates a restored database, and invalidates all positions from before the restore. */
export async function renewEpochs(databaseUrl: string): Promise<void> {
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
