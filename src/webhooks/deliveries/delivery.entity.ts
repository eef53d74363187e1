import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type DeliveryStatus = 'received' | 'processed' | 'failed';

/** A received webhook and its processing state. */
@Entity('deliveries')
@Index('deliveries_by_workspace', ['workspaceId', 'id'])
export class Delivery {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'source_id' })
  sourceId!: string;

  @Column('uuid', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('text')
  provider!: string;

  /** Identifies repeats within the source: the sender's id, or else the hash of the body. */
  @Column('text', { name: 'dedup_key', select: false })
  dedupKey!: string;

  @Column('text', { name: 'provider_delivery_id', nullable: true })
  providerDeliveryId!: string | null;

  @Column('bytea', { name: 'guarded_hash', nullable: true, select: false })
  guardedHash!: Buffer | null;

  /** The earlier delivery of the same bytes, if the source has a replay guard. */
  @Column('uuid', { name: 'duplicate_of', nullable: true })
  duplicateOf!: string | null;

  @Column('jsonb', { select: false })
  headers!: Record<string, string>;

  /** The query for a delivery by GET. */
  @Column('bytea', { select: false })
  body!: Buffer;

  /** Null: POST. */
  @Column('text', { nullable: true, select: false })
  method!: 'GET' | null;

  @Column({ type: 'timestamptz', name: 'received_at', precision: 3 })
  receivedAt!: Date;

  @Column('text', { default: 'received' })
  status!: DeliveryStatus;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** Crashes of the worker since the last attempt that ended. */
  @Column('integer', { name: 'deaths', default: 0, select: false })
  crashes!: number;

  /** The time of the next attempt, while the status is `received`. */
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, default: () => 'now()', select: false })
  dueAt!: Date;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('text', { name: 'event_type', nullable: true })
  eventType!: string | null;

  @Column('text', { nullable: true })
  title!: string | null;

  @Column('text', { nullable: true })
  url!: string | null;

  @Column('text', { nullable: true })
  sender!: string | null;

  @Column('uuid', { name: 'event_id', nullable: true })
  eventId!: string | null;

  /** The event is in the channel of this path; null: in that of the workspace. */
  @Column('text', { name: 'event_path', nullable: true })
  eventPath!: string | null;

  @Column({ type: 'timestamptz', name: 'processed_at', precision: 3, nullable: true })
  processedAt!: Date | null;

  /** How long the last successful attempt took. */
  @Column('integer', { name: 'processing_ms', nullable: true, select: false })
  processingMs!: number | null;

  /** The delivery that a replay has repeated as this new one. */
  @Column('uuid', { nullable: true })
  repeats!: string | null;

  /** Simulated by a user, and not sent by the sender. */
  @Column('boolean', { default: false })
  test!: boolean;

  /** The `traceparent` that its processing continues; null if no trace is recorded. */
  @Column('text', { nullable: true, select: false })
  trace!: string | null;
}
