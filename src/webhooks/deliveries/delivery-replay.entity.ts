import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DeliveryFilter } from './delivery-filter.js';

export type ReplayStatus = 'running' | 'done' | 'cancelled' | 'failed';

/** A replay of many deliveries, oldest first. The row holds its progress, so that its job may be lost or run twice. */
@Entity('delivery_replays')
export class DeliveryReplay {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('text', { default: 'running' })
  status!: ReplayStatus;

  @Column('jsonb', { default: () => `'{}'` })
  filter!: DeliveryFilter;

  /** The named deliveries in the order of their ids; null for a replay by filter. */
  @Column('uuid', { name: 'delivery_ids', array: true, nullable: true })
  deliveryIds!: string[] | null;

  @Column('boolean', { name: 'as_new', default: false })
  asNew!: boolean;

  /** The delivery that the replay goes on after. */
  @Column('uuid', { nullable: true })
  cursor!: string | null;

  @Column('integer', { default: 0 })
  done!: number;

  @Column('integer', { default: 0 })
  failed!: number;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** The time of the last progress, or of the last look for lost jobs. */
  @Column({ type: 'timestamptz', name: 'moved_at', precision: 3, default: () => 'now()' })
  movedAt!: Date;
}
