import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** The deliveries that are due first: what a longer backlog holds beyond them is not looked at. */
const MAX_READ = 20_000;

export interface Backlog {
  /** Deliveries that wait for their processing. */
  readonly count: number;
  readonly oldestAt: Date | null;
  readonly oldestSeconds: number;
  /** Whether there are more than were looked at. */
  readonly isLimited: boolean;
}

/** Counts pending deliveries by the index of their due times. */
@Injectable()
export class BacklogStore {
  constructor(private readonly database: Database) {}

  /** @param workspaceId null: of the whole installation */
  async read(workspaceId: string | null): Promise<Backlog> {
    const [row] = await this.database.query<Backlog>(
      `WITH waiting AS (
         SELECT workspace_id, received_at FROM deliveries WHERE status = 'received' ORDER BY due_at LIMIT ${MAX_READ})
       SELECT count(*) FILTER (WHERE fits)::integer AS count, min(received_at) FILTER (WHERE fits) AS "oldestAt",
         COALESCE(extract(epoch FROM now() - min(received_at) FILTER (WHERE fits)), 0)::float8 AS "oldestSeconds",
         count(*) = ${MAX_READ} AS "isLimited"
       FROM (SELECT received_at, $1::uuid IS NULL OR workspace_id = $1 AS fits FROM waiting) AS seen`,
      [workspaceId],
    );
    return row ?? { count: 0, oldestAt: null, oldestSeconds: 0, isLimited: false };
  }
}
