import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { Principal } from '../../identity/public/principal.js';
import { WEBHOOKS_BODIES } from '../public/webhooks.declarations.js';
import { bodyConditionsOf } from './delivery-filter.js';
import { DeliveryEvents } from './delivery-events.js';
import { DeliverySearch } from './delivery-search.js';
import { deliveryNotFound } from './delivery.errors.js';
import {
  showBody,
  showDelivery,
  showDeliveryDetail,
  type DeliveriesPage,
  type DeliveriesQuery,
  type DeliveryDetailResponse,
} from './delivery.schemas.js';
import { DeliveryStore } from './delivery.store.js';

/** Shows deliveries to callers with `webhooks:read`, and their bodies only to those with `webhooks:bodies`. */
@Injectable()
export class ReadDeliveries {
  constructor(
    private readonly access: Access,
    private readonly deliveries: DeliveryStore,
    private readonly search: DeliverySearch,
    private readonly events: DeliveryEvents,
  ) {}

  /** @throws `permission.denied` for conditions on bodies without `webhooks:bodies` */
  async list(caller: Principal, workspaceId: string, query: DeliveriesQuery): Promise<DeliveriesPage> {
    const { limit, cursor } = query;
    const filter = { ...query, body: bodyConditionsOf(query) };
    if (filter.body !== undefined) await this.access.require(caller, workspaceId, WEBHOOKS_BODIES);
    const { ids, next, stopped } = await this.search.find(workspaceId, filter, { order: 'newest', cursor, limit });
    const items = (await this.deliveries.list(workspaceId, ids)).map(showDelivery);
    return { items, nextCursor: next ?? null, stopped };
  }

  /** @throws `delivery.not-found` */
  async one(caller: Principal, workspaceId: string, id: string): Promise<DeliveryDetailResponse> {
    const delivery = await this.deliveries.find(workspaceId, id);
    if (delivery === null) throw deliveryNotFound();
    const shown = showDeliveryDetail(delivery, await this.events.placeOf(delivery));
    // Checked after the read, so that a right that was revoked meanwhile shows no body.
    const seesBody = await this.access.allows(caller, workspaceId, WEBHOOKS_BODIES);
    return seesBody ? { ...shown, ...showBody(delivery.body) } : shown;
  }
}
