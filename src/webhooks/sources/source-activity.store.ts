import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../platform/database/database.js';
import { SourceActivity } from './source-activity.entity.js';

/** The requests to a source since the last write. */
export interface NotedActivity {
  readonly sourceId: string;
  readonly seenAt: Date | null;
  readonly refusedAt: Date | null;
  /** Fingerprint -> time, in ISO 8601. */
  readonly secretUses: Readonly<Record<string, string>>;
}

/** All statements that read or change the activity of sources. */
@Injectable()
export class SourceActivityStore {
  constructor(private readonly database: Database) {}

  /** Sources without any request are missing. */
  async of(sourceIds: readonly string[]): Promise<ReadonlyMap<string, SourceActivity>> {
    if (sourceIds.length === 0) return new Map();
    const rows = await this.database.manager.findBy(SourceActivity, { sourceId: In([...sourceIds]) });
    return new Map(rows.map((row) => [row.sourceId, row]));
  }

  /** Keeps the later of two times. Writes in the order of ids, so that two nodes can't deadlock. */
  async record(noted: readonly NotedActivity[]): Promise<void> {
    await this.database.query(
      `INSERT INTO source_activity AS known (source_id, last_seen_at, last_refused_at, secret_uses)
       SELECT sources.id, new."seenAt", new."refusedAt", new."secretUses"
       FROM json_to_recordset($1::json)
         AS new ("sourceId" uuid, "seenAt" timestamptz, "refusedAt" timestamptz, "secretUses" jsonb)
       JOIN sources ON sources.id = new."sourceId"
       ORDER BY sources.id
       ON CONFLICT (source_id) DO UPDATE SET
         last_seen_at = GREATEST(known.last_seen_at, EXCLUDED.last_seen_at),
         last_refused_at = GREATEST(known.last_refused_at, EXCLUDED.last_refused_at),
         secret_uses = known.secret_uses || EXCLUDED.secret_uses`,
      [JSON.stringify(noted)],
    );
  }

  /** Forgets the uses of all secrets but these. */
  async keepSecrets(tx: Transaction, sourceId: string, fingerprints: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE source_activity SET secret_uses = COALESCE(
         (SELECT jsonb_object_agg(key, value) FROM jsonb_each(secret_uses) WHERE key = ANY($2::text[])), '{}')
       WHERE source_id = $1`,
      [sourceId, fingerprints],
    );
  }
}
