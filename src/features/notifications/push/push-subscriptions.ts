import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../identity/public/principal.js';
import { Database } from '../../../platform/database/database.js';
import { OutboundRequests } from '../../../platform/http/outbound/outbound-requests.js';
import { newId } from '../../../platform/ids.js';
import { subscriptionNotFound } from './push.errors.js';
import type { SubscribeRequest } from './push-subscription.schemas.js';
import { hashOf, SealedTargets } from './sealed-targets.js';

/** More subscriptions than one person uses; beyond that the oldest ones are deleted. */
const MAX_OF_USER = 20;

export interface PushSubscriptionRow {
  readonly id: string;
  readonly service: 'web' | 'expo';
  /** The host of the push service; null for Expo. */
  readonly host: string | null;
  readonly createdAt: Date;
}

const COLUMNS = 'id, service, host, created_at AS "createdAt"';

/** The browsers and phones that receive a user's notifications. A subscription ends with the login that made it. */
@Injectable()
export class PushSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly outbound: OutboundRequests,
    private readonly targets: SealedTargets,
  ) {}

  list(userId: string): Promise<PushSubscriptionRow[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM push_subscriptions WHERE user_id = $1 ORDER BY id`, [userId]);
  }

  /**
   * An endpoint has one subscription, which moves to the user who signed in there last.
   * @throws `address.refused`, `address.unresolved`
   */
  async subscribe({ userId, sessionId }: Principal, request: SubscribeRequest): Promise<PushSubscriptionRow> {
    const target = targetOf(request);
    if (target.service === 'web') await this.outbound.check(target.endpoint);
    const hash = hashOf(target.endpoint);
    return this.database.transaction(async (tx) => {
      // Also deletes pending pushes, which are for the previous user.
      await tx.query('DELETE FROM push_subscriptions WHERE endpoint_hash = $1 AND user_id <> $2', [hash, userId]);
      const rows = await tx.query<PushSubscriptionRow>(
        `INSERT INTO push_subscriptions (id, user_id, session_id, service, host, endpoint_hash)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (endpoint_hash)
         DO UPDATE SET user_id = excluded.user_id, session_id = excluded.session_id, created_at = excluded.created_at
         RETURNING ${COLUMNS}`,
        [newId(), userId, sessionId ?? null, target.service, target.host, hash],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('The subscription was not stored.');
      // The seal is bound to the row's id, which is known only now.
      await tx.query('UPDATE push_subscriptions SET secrets = $2 WHERE id = $1', [
        row.id,
        this.targets.seal(target, row.id),
      ]);
      await tx.query(
        `DELETE FROM push_subscriptions WHERE id IN (
           SELECT id FROM push_subscriptions WHERE user_id = $1 ORDER BY id DESC OFFSET $2)`,
        [userId, MAX_OF_USER],
      );
      return row;
    });
  }

  /** @throws `push-subscription.not-found` */
  async unsubscribe(userId: string, id: string): Promise<void> {
    const deleted = await this.database.query(
      'DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2 RETURNING id',
      [id, userId],
    );
    if (deleted.length === 0) throw subscriptionNotFound();
  }
}

function targetOf(request: SubscribeRequest) {
  if ('expoToken' in request)
    return { service: 'expo', host: null, endpoint: request.expoToken, p256dh: null, auth: null } as const;
  const { endpoint, keys } = request;
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : null;
  return { service: 'web', host, endpoint, ...keys } as const;
}
