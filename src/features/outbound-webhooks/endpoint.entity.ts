import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { defineSealed } from '../../platform/secrets/define-sealed.js';
import type { ContentFilter } from './content-filter.js';
import type { DisabledReason } from './disabled-reason.js';
import type { Retries } from './retry-schedule.js';

defineSealed('endpoints');
defineSealed('endpoints', 'sealed_headers');

/** The bus topic for endpoints that may subscribe to more events than before. */
export const ENDPOINTS_TOPIC = 'endpoints';

export const ENDPOINT_KINDS = ['event', 'relay'] as const;

export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

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

  /** `event`: messages about events; `relay`: the received webhooks themselves. */
  @Column('text', { default: 'event' })
  kind!: EndpointKind;

  /** The sources to relay; empty: all. */
  @Column('uuid', { name: 'source_ids', array: true, default: () => "'{}'" })
  sourceIds!: string[];

  /** In the order of `sealedHeaders`. */
  @Column('text', { name: 'header_names', array: true, default: () => "'{}'" })
  headerNames!: string[];

  /** The values of the headers. Sealed: see SecretBox. */
  @Column('text', { name: 'sealed_headers', array: true, default: () => "'{}'" })
  sealedHeaders!: string[];

  /** How long an attempt may take. */
  @Column('integer', { name: 'timeout_ms', default: 15_000 })
  timeoutMs!: number;

  /** Messages per second; null: no limit. */
  @Column('integer', { name: 'rate_limit', nullable: true })
  rateLimit!: number | null;

  /** The rate limit allows no message before this time. */
  @Column({ type: 'timestamptz', name: 'free_at', precision: 3, nullable: true })
  freeAt!: Date | null;

  @Column('jsonb', { default: () => `'"standard"'` })
  retries!: Retries;

  /** One message at a time, in the order of the events. */
  @Column('boolean', { default: false })
  ordered!: boolean;

  /** Only events that match; null: all. */
  @Column('jsonb', { nullable: true })
  filter!: ContentFilter | null;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: DisabledReason | null;

  /** The first failure since the last success. */
  @Column({ type: 'timestamptz', name: 'failing_since', precision: 3, nullable: true })
  failingSince!: Date | null;

  /** Failed attempts since the last success; meaningless while `failingSince` is null. */
  @Column('integer', { name: 'failures_in_a_row', default: 0 })
  failuresInARow!: number;

  /** Whether users were warned at half of the time to the switch-off; meaningless while `failingSince` is null. */
  @Column('boolean', { name: 'half_time_warned', default: false })
  halfTimeWarned!: boolean;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
