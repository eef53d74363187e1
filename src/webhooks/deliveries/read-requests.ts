import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { Principal } from '../../identity/public/principal.js';
import { WEBHOOKS_BODIES } from '../public/webhooks.declarations.js';
import type { Delivery } from './delivery.entity.js';
import { showRequest, type RequestsResponse } from './delivery.schemas.js';
import { DeliveryStore } from './delivery.store.js';

const MAX_BYTES = 4 * 1024 * 1024;

/** Reads deliveries as their senders sent them, so that a client can repeat them byte for byte. */
@Injectable()
export class ReadRequests {
  constructor(
    private readonly access: Access,
    private readonly deliveries: DeliveryStore,
  ) {}

  /** At least one, then as many as fit into 4 MiB. @throws `permission.denied` without `webhooks:bodies` */
  async run(caller: Principal, workspaceId: string, ids: readonly string[]): Promise<RequestsResponse> {
    const sizes = await this.deliveries.bodySizes(workspaceId, ids);
    const count = countThatFits(ids, sizes);
    const found: Array<Delivery | null> = [];
    for (const id of ids.slice(0, count)) found.push(await this.deliveries.find(workspaceId, id));
    // Checked after the read, so that a right that was revoked meanwhile shows no body.
    await this.access.require(caller, workspaceId, WEBHOOKS_BODIES);
    return { items: found.flatMap((one) => (one === null ? [] : showRequest(one))), rest: ids.slice(count) };
  }
}

function countThatFits(ids: readonly string[], sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  const tooMany = ids.findIndex((id, place) => (bytes += sizes.get(id) ?? 0) > MAX_BYTES && place > 0);
  return tooMany === -1 ? ids.length : tooMany;
}
