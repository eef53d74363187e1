import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { defineSealed } from '../../platform/secrets/define-sealed.js';
import type { RefusalDetail, RefusedCause } from './diagnose-refusal.js';

defineSealed('refused_requests');

/** A request to a source that was not taken in, with the reason. */
@Entity('refused_requests')
@Index('refused_requests_by_workspace', ['workspaceId', 'id'])
@Index('refused_requests_by_source', ['sourceId', 'id'])
export class RefusedRequest {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'workspace_id' })
  workspaceId!: string;

  @Column('uuid', { name: 'source_id' })
  sourceId!: string;

  @Column({ type: 'timestamptz', name: 'received_at', precision: 3 })
  receivedAt!: Date;

  @Column('text')
  cause!: RefusedCause;

  @Column('jsonb')
  detail!: RefusalDetail;

  @Column('text', { select: false })
  address!: string;

  /** Without those that can hold a secret. */
  @Column('jsonb', { select: false })
  headers!: Record<string, string>;

  /** Sealed: the body, and the URL with the other headers; see SealedRequests. Empty if the body was not read. */
  @Column('text', { array: true, default: () => "'{}'", select: false })
  secrets!: string[];

  /** Bytes of the whole body; null: the sender did not say. */
  @Column('integer', { name: 'body_size', nullable: true })
  bodySize!: number | null;

  @Column('boolean', { name: 'body_complete' })
  bodyComplete!: boolean;

  /** The delivery, once a user has accepted the request. */
  @Column('uuid', { name: 'delivery_id', nullable: true })
  deliveryId!: string | null;

  @Column({ type: 'timestamptz', name: 'accepted_at', precision: 3, nullable: true })
  acceptedAt!: Date | null;
}
