import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MessageFilter } from './message-filter.js';

/** A replay of the messages of one endpoint, oldest first. The row holds its progress, so that a worker may crash. */
@Entity('message_replays')
export class MessageReplay {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  @Column('text', { default: 'running' })
  status!: 'running' | 'done' | 'cancelled';

  @Column('jsonb')
  filter!: MessageFilter;

  /** The message that the replay goes on after. */
  @Column('uuid', { nullable: true })
  cursor!: string | null;

  @Column('integer', { default: 0 })
  done!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** The time of the last progress, or of the last look for lost replays. */
  @Column({ type: 'timestamptz', name: 'moved_at', precision: 3, default: () => 'now()' })
  movedAt!: Date;
}
