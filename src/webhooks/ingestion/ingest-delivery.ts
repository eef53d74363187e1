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
  /** Undefined: nothing is stored, the request was a handshake or a ping. */
  readonly acceptance: Acceptance | undefined;
  /** Undefined: the sender accepts any 2xx response. */
  readonly answer: ProviderAnswer | undefined;
}

/** Called with the source of a request as soon as it is known, also if the request is rejected. */
type SourceListener = (note: { readonly sourceId: string }) => void;

/** Verifies, stores and acknowledges one webhook. Reads the body only as far as signature and id require. */
@Injectable()
export class IngestDelivery {
  constructor(
    private readonly sources: LiveSources,
    private readonly queue: AcceptQueue,
    private readonly refusals: ReportRefusals,
  ) {}

  /**
   * Resolves after the delivery is committed.
   * @throws TidingsError source.not-found, webhook.invalid-signature, or webhook.unavailable without a known commit
   */
  async run(sourceKey: string, request: WebhookRequest, onSource?: SourceListener): Promise<Ingested> {
    try {
      return await answerInTime(
        this.checkAndStore(sourceKey, request, onSource),
        () => ingestUnavailable(),
        answerWithinMs(request.body.length),
      );
    } catch (error) {
      if (error instanceof TidingsError) throw error;
      throw ingestUnavailable(undefined, { cause: error });
    }
  }

  private async checkAndStore(
    sourceKey: string,
    request: WebhookRequest,
    onSource?: SourceListener,
  ): Promise<Ingested> {
    const cached = this.sources.cached(sourceKey);
    if (cached !== undefined && isVerified(cached, request)) {
      const ingested = await this.accept(cached, request);
      if (ingested !== undefined) return ingested;
    }
    // Unknown, rejected or outdated: the cache may be stale, so the decision needs a fresh read.
    const source = await this.sources.fresh(sourceKey);
    if (source === undefined) throw sourceNotFound();
    onSource?.({ sourceId: source.id });
    if (!isVerified(source, request)) return this.reject(source, request);
    const ingested = await this.accept(source, request);
    if (ingested === undefined) throw ingestUnavailable();
    return ingested;
  }

  /** @returns undefined if the source has changed in the meantime */
  private async accept(source: LiveSource, request: WebhookRequest): Promise<Ingested | undefined> {
    const handshake = source.provider.handshake?.(request);
    if (handshake !== undefined) return { sourceId: source.id, acceptance: undefined, answer: handshake };
    const stored = await this.queue.add(inboxItem(source, request));
    if (stored.outcome === 'outdated') return undefined;
    const acceptance = { deliveryId: stored.deliveryId, duplicate: stored.duplicate };
    return { sourceId: source.id, acceptance, answer: source.provider.answer?.(request, acceptance) };
  }

  private reject(source: LiveSource, request: WebhookRequest): Ingested {
    const answer = source.provider.unsignedPing?.(request, source);
    if (answer !== undefined) return { sourceId: source.id, acceptance: undefined, answer };
    this.refusals.report(source, request);
    throw signatureInvalid();
  }
}

function isVerified({ provider, secrets, options }: LiveSource, request: WebhookRequest): boolean {
  return provider.verify(request, { secrets, options, now: new Date(databaseNow()) });
}
