import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { connectionFailed } from './database.js';

type Connected = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

/**
 * A pool that others may use to the very end. TypeORM's module would destroy it in the midst of the shutdown, while
 * modules that were there before it have yet to write down that they leave; so it ends when DatabaseModule does.
 */
export class LastingDataSource extends DataSource {
  override async initialize(): Promise<this> {
    await super.initialize();
    nameFailedConnects((this.driver as unknown as { master: Pool }).master);
    return this;
  }

  /** Called by TypeORM's module: too early. */
  override destroy(): Promise<void> {
    return Promise.resolve();
  }

  async end(): Promise<void> {
    if (this.isInitialized) await super.destroy();
  }
}

/**
 * A query without a connection fails in the same way however it was asked. The pool's own errors are plain: the entity
 * manager and the query builder pass them on, and nobody could tell a database that is away from a fault of ours.
 */
function nameFailedConnects(pool: Pool): void {
  const connect = pool.connect.bind(pool) as (connected: Connected) => void;
  const named = (connected?: Connected): Promise<PoolClient> | void => {
    if (connected === undefined) {
      return new Promise((resolve, reject) => {
        connect((error, client) => (client === undefined ? reject(connectionFailed(error)) : resolve(client)));
      });
    }
    connect((error, client, release) => connected(error && (connectionFailed(error) as Error), client, release));
  };
  pool.connect = named as Pool['connect'];
}
