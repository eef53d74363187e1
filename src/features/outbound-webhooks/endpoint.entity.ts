import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { defineSealed } from '../../platform/secrets/define-sealed.js';
import type { DisabledReason } from './disabled-reason.js';

defineSealed('endpoints');

/** The bus topic that says that there are endpoints for more events than before. */
export const ENDPOINTS_TOPIC = 'endpoints';

/** An address that a workspace has its events sent to. */
@Entity('endpoints')
@Index('endpoints_by_workspace', ['workspaceId', 'id'])
@Index('endpoints_by_maker', ['createdBy'])
export class Endpoint {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  url!: string;

  /** Names of events; none means all. */
  @Column('text', { name: 'event_types', array: true, default: () => "'{}'" })
  eventTypes!: string[];

  /**
   * Its maker: the user who chose its address or its events last. No foreign key: the id stays when the user is deleted.
   * Null where an older release made it.
   */
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;

  /** Those that its maker had then. The endpoint is sent what these and the maker's rights of the moment both allow. */
  @Column('text', { array: true, default: () => "'{}'" })
  permissions!: string[];

  /** Sealed: see SecretBox. The current one, and the one before it. */
  @Column('text', { array: true, default: () => "'{}'" })
  secrets!: string[];

  /** Until then messages are signed with both secrets. */
  @Column({ type: 'timestamptz', name: 'old_secret_until', precision: 3, nullable: true })
  oldSecretUntil!: Date | null;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: DisabledReason | null;

  /** The first failure since the last success. */
  @Column({ type: 'timestamptz', name: 'failing_since', precision: 3, nullable: true })
  failingSince!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
