import { databaseNow } from '../../platform/clock/database-clock.js';
import { Injectable, Logger } from '@nestjs/common';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { explainRefusal } from '../providers/explain-refusal.js';
import type { WebhookRequest } from '../providers/provider.js';
import type { LiveSource } from '../sources/live-sources.js';
import { signatureInvalid } from './ingestion.errors.js';

/** Limited in total and per source: a flood to one source must not hide the errors of another. */
const REPORTS = { burst: 5, perSecond: 5 };
const REPORT_EACH_MS = 1_000;
const MAX_SOURCES = 1_000;

/** Logs why requests were rejected: after the response, and rate-limited, since any client can cause it. */
@Injectable()
export class ReportRefusals {
  private readonly logger = new Logger(ReportRefusals.name);
  private readonly bucket = new TokenBucket(performance.now(), REPORTS);
  private readonly reportedAt = new Map<string, number>();
  private unreported = 0;

  /** Never throws. */
  report(source: LiveSource, request: WebhookRequest): void {
    if (!this.isDue(source.id)) {
      this.unreported += 1;
      return;
    }
    setImmediate(() => void this.write(source, request).catch(() => undefined));
  }

  private isDue(sourceId: string): boolean {
    const now = performance.now();
    const before = this.reportedAt.get(sourceId);
    if ((before !== undefined && now - before < REPORT_EACH_MS) || !this.bucket.take(now)) return false;
    if (this.reportedAt.size >= MAX_SOURCES) this.reportedAt.clear();
    this.reportedAt.set(sourceId, now);
    return true;
  }

  private async write(source: LiveSource, request: WebhookRequest): Promise<void> {
    const { id: sourceId, workspaceId, provider } = source;
    const unreported = this.unreported;
    this.unreported = 0;
    const refusal = await explainRefusal(provider, request, { ...source, now: new Date(databaseNow()) });
    this.logger.warn({
      msg: 'webhook refused',
      code: signatureInvalid.definition.code,
      sourceId,
      workspaceId,
      provider: provider.name,
      ...refusal,
      unreported,
    });
  }
}
