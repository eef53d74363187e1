import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { defineSealed } from '../../platform/secrets/define-sealed.js';
import type { DisabledReason } from './disabled-reason.js';

defineSealed('endpoints');

/** The bus topic for endpoints that may subscribe to more events than before. */
export const ENDPOINTS_TOPIC = 'endpoints';

/** A URL that receives the events of a workspace. */
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

  /** Names of events; empty: all. */
  @Column('text', { name: 'event_types', array: true, default: () => "'{}'" })
  eventTypes!: string[];

  /**
   * The maker: the user who last chose the URL or the event types. No foreign key: the id outlives the user. Null for
   * an endpoint that an older release created.
   */
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;

  /** The maker's permissions at that time. The endpoint gets events that these and the maker's current rights allow. */
  @Column('text', { array: true, default: () => "'{}'" })
  permissions!: string[];

  /** Sealed: see SecretBox. The current secret, then the previous one. */
  @Column('text', { array: true, default: () => "'{}'" })
  secrets!: string[];

  /** Messages are signed with both secrets until this time. */
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
