import { DataSource } from 'typeorm';

/**
 * A pool that others may use to the very end. TypeORM's module would destroy it in the midst of the shutdown, while
 * modules that were there before it have yet to write down that they leave; so it ends when DatabaseModule does.
 */
export class LastingDataSource extends DataSource {
  /** Called by TypeORM's module: too early. */
  override destroy(): Promise<void> {
    return Promise.resolve();
  }

  async end(): Promise<void> {
    if (this.isInitialized) await super.destroy();
  }
}
