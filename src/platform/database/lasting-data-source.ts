import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { connectionFailed } from './database.js';

type Connected = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

/**
 * A pool that stays usable until the end of the shutdown. TypeORM's module would destroy it while earlier modules still
 * have to write their last state, so DatabaseModule closes it instead.
 */
export class LastingDataSource extends DataSource {
  override async initialize(): Promise<this> {
    await super.initialize();
    nameFailedConnects((this.driver as unknown as { master: Pool }).master);
    return this;
  }

  /** TypeORM's module calls this too early, so it does nothing. */
  override destroy(): Promise<void> {
    return Promise.resolve();
  }

  async end(): Promise<void> {
    if (this.isInitialized) await super.destroy();
  }
}

/**
 * Makes a query without a connection fail the same way through every API. The pool's own errors are generic, and the
 * entity manager and query builder pass them on, so an unavailable database would look like an internal error.
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
