import { Injectable } from '@nestjs/common';
import { TidingsError } from '../../platform/errors.js';
import type { Span, SpanAttributes } from '../../platform/tracing/tracing.js';
import type { Acceptance, ProviderAnswer, WebhookRequest } from '../providers/provider.js';
import { LiveSources, type LiveSecret, type LiveSource } from '../sources/live-sources.js';
import { NoteActivity } from '../sources/note-activity.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { AdoptSecret } from '../sources/adopt-secret.js';
import { AcceptQueue } from './accept-queue.js';
import { answerInTime, answerWithinMs } from './answer-in-time.js';
import { allowsAddress, sourceFor } from './check-address.js';
import { fittingSecret, NO_SECRET } from './fitting-secret.js';
import { inboxItem } from './identify-delivery.js';
import { addressNotAllowed, ingestUnavailable, signatureInvalid, handshakeUnknown } from './ingestion.errors.js';
import { NoteRefusals, type ReceivedWebhook } from './note-refusals.js';

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
    private readonly refusals: NoteRefusals,
    private readonly adoptSecret: AdoptSecret,
    private readonly activity: NoteActivity,
  ) {}

  /**
   * Resolves after the delivery is committed.
   * @throws TidingsError source.not-found, webhook.address-not-allowed, webhook.invalid-signature, or
   * webhook.unavailable without a known commit
   */
  async run(sourceKey: string, request: ReceivedWebhook, onSource?: SourceListener): Promise<Ingested> {
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

  /**
   * For a request by GET or HEAD, which most senders use for handshakes only.
   * @throws TidingsError webhook.unknown-handshake for a request that is neither a handshake nor a delivery, or the
   * errors of `run`
   */
  async greetOrRun(sourceKey: string, request: ReceivedWebhook, onSource?: SourceListener): Promise<Ingested> {
    const source = await sourceFor(sourceKey, request, this.sources);
    if (source === undefined) throw sourceNotFound();
    onSource?.({ sourceId: source.id });
    this.requireAddress(source, request);
    if (!source.enabled) throw sourceNotFound();
    const greeted = await this.greet(source, request);
    if (greeted !== undefined) return greeted;
    if (source.provider.acceptsGet !== true || request.method !== 'GET') throw handshakeUnknown();
    return this.run(sourceKey, request, onSource);
  }

  private async checkAndStore(
    sourceKey: string,
    request: ReceivedWebhook,
    onSource?: SourceListener,
  ): Promise<Ingested> {
    const cached = this.sources.cached(sourceKey);
    if (cached !== undefined && allowsAddress(cached, request)) {
      const fitting = fittingSecret(cached, request);
      // Not awaited if it is known already, as for every HMAC: a turn of the event loop per webhook costs throughput.
      const secret = fitting instanceof Promise ? await fitting : fitting;
      const ingested = secret && (await this.acceptNoted(cached, request, secret));
      if (ingested !== undefined) return ingested;
    }
    // Unknown, rejected or outdated: the cache may be stale, so the decision needs a fresh read.
    const source = await this.sources.fresh(sourceKey);
    if (source === undefined) {
      this.refusals.unknownSource();
      throw sourceNotFound();
    }
    onSource?.({ sourceId: source.id });
    this.requireAddress(source, request);
    if (!source.enabled) {
      this.refusals.disabled(source, request);
      throw sourceNotFound();
    }
    const secret = await fittingSecret(source, request);
    if (secret === undefined) return this.greetOrReject(source, request);
    const ingested = await this.acceptNoted(source, request, secret);
    if (ingested === undefined) throw ingestUnavailable();
    return ingested;
  }

  /** @param source a fresh read if its list refuses the address */
  private requireAddress(source: LiveSource, request: ReceivedWebhook): void {
    if (allowsAddress(source, request)) return;
    this.refusals.address(source, request);
    throw addressNotAllowed();
  }

  private async acceptNoted(
    source: LiveSource,
    request: ReceivedWebhook,
    secret: LiveSecret,
  ): Promise<Ingested | undefined> {
    const ingested = await this.accept(source, request, false, request.span);
    if (ingested?.acceptance !== undefined)
      this.activity.accepted(source.id, secret === NO_SECRET ? undefined : secret.fingerprint);
    return ingested;
  }

  /** Stores a verified request. @returns undefined if the source has changed in the meantime */
  async accept(
    source: LiveSource,
    request: WebhookRequest,
    isTest = false,
    span?: Span,
  ): Promise<Ingested | undefined> {
    const handshake = source.provider.handshake && (await source.provider.handshake(request, source));
    if (handshake !== undefined) return handshakeOf(source, handshake);
    const commit = span?.child('commit');
    const stored = await this.queue.add(inboxItem(source, request, isTest, span?.trace));
    if (stored.outcome === 'outdated') return undefined;
    commit?.end();
    span?.set(attributesOf(source, stored));
    const acceptance = { deliveryId: stored.deliveryId, duplicate: stored.duplicate };
    return { sourceId: source.id, acceptance, answer: source.provider.answer?.(request, acceptance, source.options) };
  }

  /** A POST that is not signed may be a handshake. */
  private async greetOrReject(source: LiveSource, request: ReceivedWebhook): Promise<Ingested> {
    const greeted = await this.greet(source, request);
    if (greeted !== undefined) return greeted;
    this.refusals.signature(source, request);
    throw signatureInvalid();
  }

  private async greet(source: LiveSource, request: WebhookRequest): Promise<Ingested | undefined> {
    const answer = source.provider.unsignedHandshake?.(request, source);
    if (answer === undefined) return undefined;
    // A secret that the sender gives is accepted only by a source without one: anybody can send a handshake.
    if (answer.secret !== undefined && !(await this.adoptSecret.run(source, answer.secret))) return undefined;
    return handshakeOf(source, answer);
  }
}

const attributesOf = (
  { id, workspaceId, provider }: LiveSource,
  { deliveryId, duplicate }: Acceptance,
): SpanAttributes => ({
  'tidings.workspace_id': workspaceId,
  'tidings.source_id': id,
  'tidings.provider': provider.name,
  'tidings.delivery_id': deliveryId,
  'tidings.duplicate': duplicate,
});

const handshakeOf = ({ id }: LiveSource, answer: ProviderAnswer): Ingested => ({
  sourceId: id,
  acceptance: undefined,
  answer,
});
