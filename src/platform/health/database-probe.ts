import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { inspectDatabase } from '../database/inspect-database.js';
import { SharedSecrets } from '../secrets/shared-secrets.js';

/** A fault that is reported but never makes a process not ready: a failover could lose acknowledged data. */
export const REPLICATION = 'asynchronous-standby';

/** Checks whether the database meets the requirements of this process. */
@Injectable()
export class DatabaseProbe {
  constructor(
    private readonly database: Database,
    private readonly secrets: SharedSecrets,
  ) {}

  /** @throws Error when the database does not answer */
  async faults(): Promise<string[]> {
    const { pendingMigrations, unsafeSettings, hasAsynchronousStandby } = await inspectDatabase((sql) =>
      this.database.query(sql),
    );
    return [
      ...(pendingMigrations.length > 0 ? ['migrations'] : []),
      ...(unsafeSettings.length > 0 ? ['durability'] : []),
      ...(hasAsynchronousStandby ? [REPLICATION] : []),
      ...this.secrets.mismatched,
    ];
  }
}
