import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

export type MessageStatus = 'pending' | 'delivered' | 'failed';

/** One event for one endpoint. Its id is the `webhook-id`, the same in every attempt. */
@Entity('messages')
@Unique('messages_endpoint_id_event_id_key', ['endpointId', 'eventId'])
@Index('messages_by_endpoint', ['endpointId', 'id'])
@Index('messages_by_age', ['createdAt'])
export class Message {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @Column('text', { name: 'event_type' })
  eventType!: string;

  /** The permission to read the event. Null for a message that an older release created. */
  @Column('text', { nullable: true })
  permission!: string | null;

  /** The delivery to relay; null: send the body. */
  @Column('uuid', { name: 'delivery_id', nullable: true })
  deliveryId!: string | null;

  /** The JSON text that is signed and sent; the event for a relayed delivery. */
  @Column('text', { select: false })
  body!: string;

  /** The restricted fields of the event. */
  @Column('text', { nullable: true, select: false })
  restricted!: string | null;

  /** The permission to see them; null without any. */
  @Column('text', { name: 'restricted_permission', nullable: true })
  restrictedPermission!: string | null;

  @Column('text', { default: 'pending' })
  status!: MessageStatus;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** The time of the next attempt, while the message is pending. */
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, default: () => 'now()' })
  dueAt!: Date;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'settled_at', precision: 3, nullable: true })
  settledAt!: Date | null;
}

/** One attempt to send a message. */
@Entity('message_attempts')
export class MessageAttempt {
  @PrimaryColumn('uuid', { name: 'message_id' })
  messageId!: string;

  @PrimaryColumn('integer')
  number!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  @Column('integer', { name: 'took_ms' })
  tookMs!: number;

  /** Null: no response. */
  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('text', { nullable: true })
  error!: string | null;

  /** The start of the response; null: no response. */
  @Column('jsonb', { name: 'response_headers', nullable: true })
  responseHeaders!: Readonly<Record<string, string>> | null;

  @Column('text', { name: 'response_body', nullable: true })
  responseBody!: string | null;
}
