import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { draftEvent, type EventDraft } from '../../platform/events/event-log.js';
import type { Transaction } from '../../platform/database/database.js';
import { Tracing } from '../../platform/tracing/tracing.js';
import { webhookReceived, webhooksChannelOf } from '../public/webhooks.declarations.js';
import { itemsIn, MAX_ITEMS } from '../providers/items.js';
import type { DeliveryItem, Description, Provider, WebhookRequest } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import type { ClaimedDelivery, ProcessedDelivery } from '../deliveries/delivery.store.js';
import { includedBody } from './included-body.js';

/** After as long a part of a batch, requests come first. */
const TURN_MS = 10;

type DescribedDelivery = Omit<ProcessedDelivery, 'ms'>;

/** Describes stored deliveries, and drafts their events. */
@Injectable()
export class DescribeDelivery {
  constructor(
    private readonly providers: Providers,
    private readonly tracing: Tracing,
  ) {}

  /**
   * Its trace gets a span once the transaction has committed.
   * @throws Error for a body that cannot be read
   */
  async run(tx: Transaction, delivery: ClaimedDelivery): Promise<DescribedDelivery> {
    const span = this.tracing.continue('webhook process', 'consumer', delivery.trace);
    span?.set({
      'tidings.workspace_id': delivery.workspaceId,
      'tidings.source_id': delivery.sourceId,
      'tidings.provider': delivery.provider,
      'tidings.delivery_id': delivery.id,
      'tidings.attempt': delivery.attempts + 1,
    });
    try {
      const described = await this.describe(delivery, span?.trace);
      if (span !== undefined) tx.afterCommit(() => span.end());
      return described;
    } catch (error) {
      if (span !== undefined) tx.afterCommit(() => span.fail(error as Error));
      throw error;
    }
  }

  private async describe(delivery: ClaimedDelivery, trace: string | undefined): Promise<DescribedDelivery> {
    const { id, sourceId, workspaceId, headers, body, include, channelPath } = delivery;
    const provider = this.providers.find(delivery.provider);
    if (provider === undefined) throw new Error(`The provider ${delivery.provider} is no longer installed.`);
    const request = { method: delivery.method ?? 'POST', headers, body, url: '' };
    const description = provider.describe(request);
    if (delivery.hasEvent || delivery.isReplayed) return { id, description, channelPath, events: [] };
    const test = delivery.isTest ? { test: true as const } : {};
    const channel = webhooksChannelOf(workspaceId, channelPath);
    const draft = ({ item, ...part }: DescribedPart): EventDraft => {
      const described = { provider: provider.name, ...part.description, item, ...test };
      const payload = { deliveryId: id, sourceId, ...described, ...includedBody(part.request, include) };
      const event = draftEvent(webhookReceived, channel, payload);
      return trace === undefined ? event : { ...event, trace };
    };
    const parts = (delivery.eventPerItem ? partsOf(provider, request) : undefined) ?? [{ request, description }];
    const events: EventDraft[] = [];
    let turn = performance.now();
    for (const part of parts) {
      events.push(draft(part));
      if (performance.now() - turn < TURN_MS) continue;
      await nextTurn();
      turn = performance.now();
    }
    return { id, description, channelPath, events };
  }
}

/** A delivery, or one item of it. */
interface DescribedPart {
  readonly request: WebhookRequest;
  readonly description: Description;
  readonly item?: { readonly index: number; readonly id?: string; readonly truncated?: true };
}

/**
 * The items of a batch, each described in its turn as if it had been sent alone; undefined for a delivery of one event.
 */
function partsOf(provider: Provider, request: WebhookRequest): Iterable<DescribedPart> | undefined {
  const items = provider.items === undefined ? itemsIn(request) : provider.items(request);
  if (items === undefined || items.length === 0) return undefined;
  return describedItems(provider, request, items);
}

function* describedItems(
  provider: Provider,
  request: WebhookRequest,
  items: readonly DeliveryItem[],
): Generator<DescribedPart> {
  const truncated = items.length > MAX_ITEMS && ({ truncated: true } as const);
  for (const [index, { body, id }] of items.slice(0, MAX_ITEMS).entries()) {
    const alone = { ...request, body };
    const item = { index, ...(id !== undefined && { id }), ...truncated };
    yield { request: alone, description: provider.describe(alone), item };
  }
}
