import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The state of an enabled source that says how often it is heard at least. */
@Entity('source_watches')
@Index('source_watches_due', ['checkAt'])
export class SourceWatch {
  @PrimaryColumn('uuid', { name: 'source_id' })
  sourceId!: string;

  /** A source that was never heard counts from this time. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  since!: Date;

  /** As of the last check. It outlives the delivery, which retention deletes. */
  @Column({ type: 'timestamptz', name: 'last_heard_at', precision: 3, nullable: true })
  lastHeardAt!: Date | null;

  /** Set from the event `source:silent` to the event `source:heard`. */
  @Column({ type: 'timestamptz', name: 'silent_since', precision: 3, nullable: true })
  silentSince!: Date | null;

  @Column({ type: 'timestamptz', name: 'check_at', precision: 3 })
  checkAt!: Date;
}
