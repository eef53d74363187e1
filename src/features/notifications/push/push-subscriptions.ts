import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../identity/public/principal.js';
import { Database } from '../../../platform/database/database.js';
import { OutboundRequests } from '../../../platform/http/outbound/outbound-requests.js';
import { newId } from '../../../platform/ids.js';
import { subscriptionNotFound } from './push.errors.js';
import type { SubscribeRequest } from './push-subscription.schemas.js';
import { hashOf, SealedTargets } from './sealed-targets.js';

/** The oldest give way: a person has not more browsers and phones than this in use. */
const MAX_OF_USER = 20;

export interface PushSubscriptionRow {
  readonly id: string;
  readonly service: 'web' | 'expo';
  /** Of the push service; null for Expo. */
  readonly host: string | null;
  readonly createdAt: Date;
}

const COLUMNS = 'id, service, host, created_at AS "createdAt"';

/** Browsers and phones to which a user has notifications pushed. One belongs to a login, and ends with it. */
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

  /** The same endpoint again is the same subscription, also when somebody else signs in there. @throws `address.refused`, `address.unresolved` */
  async subscribe({ userId, sessionId }: Principal, wanted: SubscribeRequest): Promise<PushSubscriptionRow> {
    const target = targetOf(wanted);
    if (target.service === 'web') await this.outbound.check(target.endpoint);
    const hash = hashOf(target.endpoint);
    return this.database.transaction(async (tx) => {
      // What is still to be sent there is for the one who was there before.
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
      // Sealed for the row that it is in: which one that is was only known now.
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
    const ended = await this.database.query(
      'DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2 RETURNING id',
      [id, userId],
    );
    if (ended.length === 0) throw subscriptionNotFound();
  }
}

function targetOf(wanted: SubscribeRequest) {
  if ('expoToken' in wanted)
    return { service: 'expo', host: null, endpoint: wanted.expoToken, p256dh: null, auth: null } as const;
  const { endpoint, keys } = wanted;
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : null;
  return { service: 'web', host, endpoint, ...keys } as const;
}
