import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { SerialQueue } from '../../platform/concurrency/serial-queue.js';
import { Config } from '../../platform/config/config.js';
import { IngestDelivery } from '../ingestion/ingest-delivery.js';
import { ingestUnavailable } from '../ingestion/ingestion.errors.js';
import { loadFixtures, type ProviderExample, type ProviderFixtures } from '../providers/fixtures.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import { LiveSources, type LiveSource } from '../sources/live-sources.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { webhookUrl } from '../sources/source.schemas.js';
import { examplesOf } from './fresh-example.js';
import { signExample } from './sign-example.js';
import type { SourceTestedResponse, TestSourceRequest } from './test-source.schemas.js';
import { sourceEventUnknown, sourceUntestable } from './tools.errors.js';

/** Sends a simulated delivery of the sender to a source. Its record and its event are marked as a test. */
@Injectable()
export class TestSource {
  /** One at a time: as in `AcceptRefused`, the transaction waits for the accept path. */
  private readonly testing = new SerialQueue();

  constructor(
    private readonly access: Access,
    private readonly sources: LiveSources,
    private readonly ingest: IngestDelivery,
    private readonly audit: Audit,
    private readonly config: Config,
  ) {}

  /**
   * Resolves after the delivery is committed.
   * @throws TidingsError source.not-found also for a disabled source, source.unknown-event, source.untestable,
   * delivery.unreadable or webhook.unavailable
   */
  run(
    actor: RequestActor,
    workspaceId: string,
    id: string,
    { event }: TestSourceRequest,
  ): Promise<SourceTestedResponse> {
    return this.testing.run(() =>
      this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
        const tested = await this.send(workspaceId, id, event);
        const after = { deliveryId: tested.deliveryId, event: tested.event };
        await this.audit.record(tx, { action: 'source.tested', actor, workspaceId, target: id, after });
        return tested;
      }),
    );
  }

  private async send(workspaceId: string, id: string, event: string | undefined): Promise<SourceTestedResponse> {
    const source = await this.sources.freshById(workspaceId, id);
    if (source?.enabled !== true) throw sourceNotFound();
    if (source.provider.secrets === 'handshake' && source.keysBySecret.length === 0) throw sourceUntestable(NO_SECRET);
    const fixtures = await loadFixtures(source.provider.name);
    const signed = await signExample(source, fixtures, exampleOf(fixtures, event), this.urlOf(source));
    if (signed === undefined) throw sourceUntestable(NOT_SIGNED);
    // Before the delivery is stored: an error answers the call, which must not leave a delivery then.
    const { eventType, title } = source.provider.describe(signed.request);
    const ingested = await this.ingest.accept(source, signed.request, true);
    // The source has changed since it was read: the caller may repeat the call.
    if (ingested === undefined) throw ingestUnavailable();
    if (ingested.acceptance === undefined) throw sourceUntestable(HANDSHAKE);
    return { deliveryId: ingested.acceptance.deliveryId, event: eventType, title, signedWith: signed.signedWith };
  }

  private readonly urlOf = ({ key }: LiveSource): string => webhookUrl(this.config.publicUrl, key);
}

const NO_SECRET =
  'The source has no secret yet: the sender gives it in its handshake, when the URL is configured there.';
const NOT_SIGNED = 'The simulation knows no request that fits the options of this source.';
const HANDSHAKE = 'The example of this event is a handshake, which is not stored.';

function exampleOf({ examples }: ProviderFixtures, event: string | undefined): ProviderExample {
  const [example] = examplesOf(examples, event);
  if (example === undefined) throw sourceEventUnknown(`One of: ${eventTypesOf(examples).join(', ')}.`);
  return example;
}

/** The event types of the examples, sorted. */
export const eventTypesOf = (examples: readonly ProviderExample[]): string[] =>
  [...new Set(examples.map(({ expected }) => expected.eventType))].toSorted();
