import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { defineSealed } from '../../platform/secrets/define-sealed.js';

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

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** Increases with every change: a delivery that was verified with another version is not stored. */
  @Column('integer', { default: 1 })
  version!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
