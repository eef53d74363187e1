import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A past attempt to process a delivery. The last success has no row: its time is in the delivery, so that a success on
 * the first attempt costs no insert.
 */
@Entity('delivery_attempts')
export class DeliveryAttempt {
  @PrimaryColumn('uuid', { name: 'delivery_id' })
  deliveryId!: string;

  @PrimaryColumn('uuid')
  id!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  at!: Date;

  /** Null for an attempt of a worker that crashed, or of a release that did not measure it. */
  @Column('integer', { nullable: true })
  ms!: number | null;

  @Column('text')
  outcome!: 'processed' | 'failed';

  @Column('text', { nullable: true })
  error!: string | null;
}
