import { Injectable } from '@nestjs/common';
import type { Span } from '../../platform/tracing/tracing.js';
import type { WebhookRequest } from '../providers/provider.js';
import { RecordRefusals, type RefusedFor } from '../refusals/record-refusals.js';
import type { LiveSource } from '../sources/live-sources.js';
import { NoteActivity } from '../sources/note-activity.js';
import { ReportRefusals } from './report-refusals.js';

/** A request with the address of its client, which is read only where it matters. */
export interface ReceivedWebhook extends WebhookRequest {
  readonly addressOf: () => string;
  /** Undefined if no trace is recorded. */
  readonly span: Span | undefined;
}

/** Counts refused requests, and tells the log, the list of refused requests and the source about them. */
@Injectable()
export class NoteRefusals {
  constructor(
    private readonly reports: ReportRefusals,
    private readonly recorder: RecordRefusals,
    private readonly activity: NoteActivity,
  ) {}

  unknownSource(): void {
    this.recorder.count('unknown-source');
  }

  disabled(source: LiveSource, request: ReceivedWebhook): void {
    this.record(source, request, 'disabled');
  }

  address(source: LiveSource, request: ReceivedWebhook): void {
    this.record(source, request, 'address-not-allowed');
  }

  signature(source: LiveSource, request: ReceivedWebhook): void {
    this.reports.report(source, request);
    this.record(source, request, 'signature');
  }

  /** Without its body, so that the compressed bytes are never accepted as a delivery. */
  compressed(source: LiveSource, request: ReceivedWebhook, refusedFor: RefusedFor): void {
    this.record(source, request, refusedFor, { body: undefined });
  }

  private record(
    source: LiveSource,
    request: ReceivedWebhook,
    refusedFor: RefusedFor,
    { body }: { readonly body: Buffer | undefined } = request,
  ): void {
    const { addressOf, ...received } = request;
    this.recorder.count(refusedFor);
    this.activity.refused(source.id);
    if (!this.recorder.sample(source.id)) return;
    const bodySize = received.body.length;
    this.recorder.add({ source, refusedFor, ...received, body, bodySize, address: addressOf() });
  }
}
