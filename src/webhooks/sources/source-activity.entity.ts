import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last requests to a source. */
@Entity('source_activity')
export class SourceActivity {
  @PrimaryColumn('uuid', { name: 'source_id' })
  sourceId!: string;

  @Column({ type: 'timestamptz', name: 'last_seen_at', precision: 3, nullable: true })
  lastSeenAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_refused_at', precision: 3, nullable: true })
  lastRefusedAt!: Date | null;

  /** Fingerprint of a secret -> the time of its last use, in ISO 8601. See `SecretBox.fingerprints`. */
  @Column('jsonb', { name: 'secret_uses', default: () => "'{}'" })
  secretUses!: Record<string, string>;
}
