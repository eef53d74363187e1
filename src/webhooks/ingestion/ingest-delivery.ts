import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { TidingsError } from '../../platform/errors.js';
import type { Acceptance, ProviderAnswer, WebhookRequest } from '../providers/provider.js';
import { LiveSources, type LiveSource } from '../sources/live-sources.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { AcceptQueue } from './accept-queue.js';
import { answerInTime, answerWithinMs } from './answer-in-time.js';
import { inboxItem } from './identify-delivery.js';
import { ingestUnavailable, signatureInvalid } from './ingestion.errors.js';
import { ReportRefusals } from './report-refusals.js';

export interface Ingested {
  readonly sourceId: string;
  /** Undefined: nothing is stored, the sender only asked who is there. */
  readonly acceptance: Acceptance | undefined;
  /** Undefined: the sender takes any yes. */
  readonly answer: ProviderAnswer | undefined;
}

/** Hears which source a request is for as soon as that is known, also of one that is refused. */
type Heard = (note: { readonly sourceId: string }) => void;

/** Takes one webhook in: check, store, answer. Nothing here looks into a body beyond what check and id need. */
@Injectable()
export class IngestDelivery {
  constructor(
    private readonly sources: LiveSources,
    private readonly queue: AcceptQueue,
    private readonly refusals: ReportRefusals,
  ) {}

  /**
   * @returns after the delivery is on disk
   * @throws TidingsError source.not-found, webhook.invalid-signature, or webhook.unavailable when it isn't known to be
   */
  async run(sourceKey: string, request: WebhookRequest, heard?: Heard): Promise<Ingested> {
    try {
      return await answerInTime(
        this.checkAndStore(sourceKey, request, heard),
        () => ingestUnavailable(),
        answerWithinMs(request.body.length),
      );
    } catch (error) {
      if (error instanceof TidingsError) throw error;
      throw ingestUnavailable(undefined, { cause: error });
    }
  }

  private async checkAndStore(sourceKey: string, request: WebhookRequest, heard?: Heard): Promise<Ingested> {
    const remembered = this.sources.remembered(sourceKey);
    if (remembered !== undefined && passes(remembered, request)) {
      const ingested = await this.take(remembered, request);
      if (ingested !== undefined) return ingested;
    }
    // Unknown, refused, or out of date: what is remembered proves nothing, what the database says now does.
    const source = await this.sources.fresh(sourceKey);
    if (source === undefined) throw sourceNotFound();
    heard?.({ sourceId: source.id });
    if (!passes(source, request)) return this.refuse(source, request);
    const ingested = await this.take(source, request);
    if (ingested === undefined) throw ingestUnavailable();
    return ingested;
  }

  /** @returns undefined when the source has changed in the meantime */
  private async take(source: LiveSource, request: WebhookRequest): Promise<Ingested | undefined> {
    const handshake = source.provider.handshake?.(request);
    if (handshake !== undefined) return { sourceId: source.id, acceptance: undefined, answer: handshake };
    const stored = await this.queue.add(inboxItem(source, request));
    if (stored.outcome === 'outdated') return undefined;
    const acceptance = { deliveryId: stored.deliveryId, duplicate: stored.duplicate };
    return { sourceId: source.id, acceptance, answer: source.provider.answer?.(request, acceptance) };
  }

  private refuse(source: LiveSource, request: WebhookRequest): Ingested {
    const answer = source.provider.unsignedPing?.(request, source);
    if (answer !== undefined) return { sourceId: source.id, acceptance: undefined, answer };
    this.refusals.report(source, request);
    throw signatureInvalid();
  }
}

function passes({ provider, secrets, options }: LiveSource, request: WebhookRequest): boolean {
  return provider.verify(request, { secrets, options, now: new Date(databaseNow()) });
}
