import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { defineSealed } from '../../platform/secrets/define-sealed.js';
import type { Include } from './include.js';

defineSealed('sources');

/** A URL that receives the webhooks of one sender for a workspace. */
@Entity('sources')
@Index('sources_by_workspace', ['workspaceId', 'id'])
export class Source {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  provider!: string;

  /** The unguessable part of the URL. */
  @Column('text', { unique: true })
  key!: string;

  /** Sealed: see SecretBox. */
  @Column('text', { array: true, default: () => "'{}'" })
  secrets!: string[];

  @Column('jsonb', { default: () => "'{}'" })
  options!: Record<string, unknown>;

  @Column('integer', { name: 'replay_guard_seconds', default: 0 })
  replayGuardSeconds!: number;

  /** Null: the default of the provider. */
  @Column('integer', { name: 'dedup_window_seconds', nullable: true })
  dedupWindowSeconds!: number | null;

  /** The part of a body that the event of a delivery carries. */
  @Column('jsonb', { default: () => `'"none"'` })
  include!: Include;

  /** Whether its events are in `webhooks:<workspaceId>/<name>`, and not in the channel of the workspace. */
  @Column('boolean', { name: 'own_channel', default: false })
  ownChannel!: boolean;

  /** Whether each item of a batch has an event of its own. */
  @Column('boolean', { name: 'event_per_item', default: false })
  eventPerItem!: boolean;

  /** How often it is heard at least; null: no expectation. */
  @Column('integer', { name: 'expect_every_seconds', nullable: true })
  expectEverySeconds!: number | null;

  /** Addresses and networks that may send; empty: any. */
  @Column('text', { name: 'allowed_addresses', array: true, default: () => "'{}'" })
  allowedAddresses!: string[];

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** Increases with every change: a delivery that was verified with another version is not stored. */
  @Column('integer', { default: 1 })
  version!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
