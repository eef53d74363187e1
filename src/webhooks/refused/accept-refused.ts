import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { SerialQueue } from '../../platform/concurrency/serial-queue.js';
import type { Transaction } from '../../platform/database/database.js';
import { IngestDelivery } from '../ingestion/ingest-delivery.js';
import { ingestUnavailable } from '../ingestion/ingestion.errors.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import type { RefusedRequest } from '../refusals/refused-request.entity.js';
import type { Provider, WebhookRequest } from '../providers/provider.js';
import { RefusedRequestStore } from '../refusals/refused-request.store.js';
import { refusalNoDelivery, refusalNotFound } from './refusal.errors.js';
import { VerifyRefused } from './verify-refused.js';

/** Takes a refused request in after all, once it passes with today's secrets. */
@Injectable()
export class AcceptRefused {
  /**
   * One at a time: the transaction waits for the accept path, which needs a connection of its own, so that many at once
   * could take all connections.
   */
  private readonly accepting = new SerialQueue();

  constructor(
    private readonly access: Access,
    private readonly refusals: RefusedRequestStore,
    private readonly verifyRefused: VerifyRefused,
    private readonly ingest: IngestDelivery,
    private readonly audit: Audit,
  ) {}

  /**
   * Signed times are compared with the time at which the request was received. A second call returns the same delivery.
   * @returns the id of the delivery
   * @throws TidingsError refusal.not-found, refusal.body-incomplete, refusal.not-verified, refusal.no-delivery,
   * source.not-found while the source is disabled, or webhook.unavailable
   */
  run(actor: RequestActor, workspaceId: string, id: string): Promise<string> {
    return this.accepting.run(() =>
      this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
        const refused = await this.refusals.lock(tx, workspaceId, id);
        if (refused === null) throw refusalNotFound();
        return refused.deliveryId ?? this.accept(tx, actor, refused);
      }),
    );
  }

  private async accept(tx: Transaction, actor: RequestActor, refused: RefusedRequest): Promise<string> {
    const { id, workspaceId, sourceId } = refused;
    const deliveryId = await this.store(refused);
    await this.refusals.markAccepted(tx, id, deliveryId);
    const after = { sourceId, deliveryId };
    await this.audit.record(tx, { action: 'refusal.accepted', actor, workspaceId, target: id, after });
    return deliveryId;
  }

  private async store(refused: RefusedRequest): Promise<string> {
    const { source, request } = await this.verifyRefused.run(refused);
    if (!canBeDelivery(request, source.provider)) throw refusalNoDelivery();
    const ingested = await this.ingest.accept(source, request);
    // The source has changed since it was read: the caller may repeat the call.
    if (ingested === undefined) throw ingestUnavailable();
    if (ingested.acceptance === undefined) throw refusalNoDelivery();
    return ingested.acceptance.deliveryId;
  }
}

/** By GET and HEAD most senders send handshakes only; see `IngestDelivery.greetOrRun`. */
const canBeDelivery = ({ method = 'POST' }: WebhookRequest, { acceptsGet = false }: Provider): boolean =>
  method === 'POST' || (method === 'GET' && acceptsGet);
