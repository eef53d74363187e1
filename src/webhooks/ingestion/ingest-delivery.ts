import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { newId } from '../../platform/ids/new-id.js';
import { TidingsError } from '../../platform/errors/define-error.js';
import type { HandshakeAnswer, WebhookRequest } from '../providers/provider.js';
import { LiveSources, type LiveSource } from '../sources/live-sources.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { AcceptQueue } from './accept-queue.js';
import { answerInTime } from './answer-in-time.js';
import type { InboxItem } from './inbox.js';
import { ingestUnavailable, signatureInvalid } from './ingestion.errors.js';
import { storedHeaders } from './stored-headers.js';

export type Ingested =
  | { readonly handshake: HandshakeAnswer }
  | {
      readonly handshake: undefined;
      readonly sourceId: string;
      readonly deliveryId: string;
      readonly duplicate: boolean;
    };

/** Hears which source a request is for as soon as that is known, also of one that is refused. */
type Heard = (note: { readonly sourceId: string }) => void;

/** Takes one webhook in: check, store, answer. Nothing here looks into a body beyond what check and id need. */
@Injectable()
export class IngestDelivery {
  constructor(
    private readonly sources: LiveSources,
    private readonly queue: AcceptQueue,
  ) {}

  /**
   * @returns after the delivery is on disk
   * @throws TidingsError source.not-found, webhook.invalid-signature, or webhook.unavailable when it isn't known to be
   */
  async run(sourceKey: string, request: WebhookRequest, heard?: Heard): Promise<Ingested> {
    try {
      return await answerInTime(this.checkAndStore(sourceKey, request, heard), () => ingestUnavailable());
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
    if (!passes(source, request)) throw signatureInvalid();
    const ingested = await this.take(source, request);
    if (ingested === undefined) throw ingestUnavailable();
    return ingested;
  }

  /** @returns undefined when the source has changed in the meantime */
  private async take(source: LiveSource, request: WebhookRequest): Promise<Ingested | undefined> {
    const handshake = source.provider.handshake?.(request);
    if (handshake !== undefined) return { handshake };
    const stored = await this.queue.add(inboxItem(source, request));
    if (stored.outcome === 'outdated') return undefined;
    return {
      handshake: undefined,
      sourceId: source.id,
      deliveryId: stored.deliveryId,
      duplicate: stored.duplicate,
    };
  }
}

function passes({ provider, secrets, options }: LiveSource, request: WebhookRequest): boolean {
  return provider.verify(request, { secrets, options, now: new Date() });
}

function inboxItem(source: LiveSource, request: WebhookRequest): InboxItem {
  const { provider, options, replayGuardSeconds } = source;
  const providerDeliveryId = provider.deliveryId(request, { options }) ?? null;
  const guarded = replayGuardSeconds > 0;
  const hash = guarded || providerDeliveryId === null ? sha256(request.body) : '';
  return {
    id: newId(),
    sourceId: source.id,
    sourceVersion: source.version,
    dedupKey: providerDeliveryId === null ? `body:${hash}` : `id:${providerDeliveryId}`,
    providerDeliveryId,
    guardedHash: guarded ? hash : null,
    replayGuardSeconds,
    headers: storedHeaders(request.headers, provider.secretHeaders ?? []),
    body: request.body,
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
