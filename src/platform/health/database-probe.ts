import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { inspectDatabase } from '../database/inspect-database.js';
import { SharedSecrets } from '../secrets/shared-secrets.js';

/** A fault that is named and never in the way: a failover to an asynchronous standby may lose what was acknowledged. */
export const REPLICATION = 'asynchronous-standby';

/** Asks the database whether it is as this process needs it. */
@Injectable()
export class DatabaseProbe {
  constructor(
    private readonly database: Database,
    private readonly secrets: SharedSecrets,
  ) {}

  /** @throws Error when the database doesn't answer */
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
