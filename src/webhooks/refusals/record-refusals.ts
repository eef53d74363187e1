import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Coalescer } from '../../platform/concurrency/coalescer.js';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { newId } from '../../platform/ids.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { WebhookRequest } from '../providers/provider.js';
import { secretHeadersOf } from '../providers/secret-headers.js';
import type { LiveSource } from '../sources/live-sources.js';
import { diagnoseBriefly, diagnoseSignature, diagnoseUnchecked, type Diagnosis } from './diagnose-refusal.js';
import { RefusalSampling } from './refusal-sampling.js';
import { RefusedRequestStore, type NewRefusal } from './refused-request.store.js';
import { SealedRequests, shownHeaders, STORED_BYTES } from './sealed-requests.js';

/** The cause as far as it is known at the time of the answer. */
export type RefusedFor = 'signature' | 'disabled' | 'address-not-allowed' | 'too-large' | 'unsupported';

/** A refused request of a known source. */
export interface Refused {
  readonly source: LiveSource;
  readonly refusedFor: RefusedFor;
  /** Undefined: the body was not read. */
  readonly body: Buffer | undefined;
  /** The received bytes of a compressed body. */
  readonly encodedBody?: Buffer;
  /** Bytes of the whole body; null: unknown. */
  readonly bodySize: number | null;
  readonly headers: WebhookRequest['headers'];
  readonly url: string;
  /** Absent: POST. */
  readonly method?: string;
  readonly address: string;
}

interface Waiting extends Refused {
  readonly receivedAt: Date;
}

const WRITE_AFTER_MS = 200;
const ROWS_PER_WRITE = 100;
const MAX_WAITING = 1_000;
const MAX_BYTES_WAITING = 8 * 1024 * 1024;
/** Signed bytes are what an explanation costs: each trial signs the body once more. */
const EXPLAINED_BYTES = { burst: 1024 * 1024, perSecond: 256 * 1024 };
const BYTES_PER_TRIAL = 8_192;

/** Records refused requests after the response, in batches. Under load, or without a database, it drops requests. */
@Injectable()
export class RecordRefusals implements OnModuleDestroy {
  private readonly logger = new Logger(RecordRefusals.name);
  private readonly sampling = new RefusalSampling();
  private readonly explained = new TokenBucket(performance.now(), EXPLAINED_BYTES);
  private readonly writing = new Coalescer(() => this.writeAll());
  private readonly refused;
  private readonly unrecorded;
  private waiting: Waiting[] = [];
  private bytesWaiting = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: RefusedRequestStore,
    private readonly sealedRequests: SealedRequests,
    metrics: Metrics,
  ) {
    this.refused = metrics.counter({
      name: 'tidings_webhooks_refused_total',
      help: 'Webhooks that were not taken in.',
      labels: ['cause'],
    });
    this.unrecorded = metrics.counter({
      name: 'tidings_webhooks_refused_unrecorded_total',
      help: 'Refused webhooks of known sources that are not in the list of refused requests.',
      labels: ['reason'],
    });
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing.request();
  }

  /** Counts a request that names no source, or one that is not looked up. */
  count(cause: RefusedFor | 'unknown-source'): void {
    this.refused.inc({ cause });
  }

  /** Whether a refused request of this source is to be recorded. Others cost nothing more. */
  sample(sourceId: string): boolean {
    const isSampled = this.sampling.take(sourceId, performance.now());
    if (!isSampled) this.unrecorded.inc({ reason: 'sampled' });
    return isSampled;
  }

  /** Records a sampled request. Never throws, and costs the caller only a place in a list. */
  add(refused: Refused): void {
    const bytes = bytesOf(refused);
    if (this.waiting.length >= MAX_WAITING || this.bytesWaiting + bytes > MAX_BYTES_WAITING) {
      this.unrecorded.inc({ reason: 'full' });
      return;
    }
    this.bytesWaiting += bytes;
    this.waiting.push({ ...refused, receivedAt: new Date(databaseNow()) });
    this.timer ??= setTimeout(() => void this.writing.request(), WRITE_AFTER_MS).unref();
  }

  private async writeAll(): Promise<void> {
    this.timer = undefined;
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0, ROWS_PER_WRITE));
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const rows: NewRefusal[] = [];
    try {
      for (const refused of batch) {
        rows.push(await this.rowOf(refused));
        // An explanation takes up to milliseconds: requests come first.
        await nextTurn();
      }
      await this.store.insert(rows);
    } catch (error) {
      this.unrecorded.inc({ reason: 'failed' }, batch.length);
      this.logger.debug({ msg: 'cannot record refused requests', count: batch.length, err: error });
    } finally {
      this.bytesWaiting -= batch.reduce((sum, refused) => sum + bytesOf(refused), 0);
    }
  }

  private async rowOf(refused: Waiting): Promise<NewRefusal> {
    const { source, receivedAt, address, bodySize, body } = refused;
    const id = newId();
    const secretHeaders = secretHeadersOf(source);
    const row = { id, sourceId: source.id, receivedAt, address, bodySize, ...(await this.diagnose(refused)) };
    if (body === undefined)
      return { ...row, headers: shownHeaders(refused.headers, secretHeaders), secrets: [], bodyComplete: false };
    const sealed = this.sealedRequests.seal(id, { ...refused, body }, { secretHeaders, evidence: row.detail.headers });
    const isComplete = body.length <= STORED_BYTES && (refused.encodedBody?.length ?? 0) <= STORED_BYTES;
    return { ...row, ...sealed, bodyComplete: isComplete };
  }

  private async diagnose({ source, refusedFor, receivedAt, ...received }: Waiting): Promise<Diagnosis> {
    if (refusedFor !== 'signature') return diagnoseUnchecked(source, refusedFor);
    const { headers, url, body = Buffer.alloc(0), method = 'POST', encodedBody } = received;
    const request = { headers, url, body, method, ...(encodedBody !== undefined && { encodedBody }) };
    const isDue = this.explained.take(performance.now(), BYTES_PER_TRIAL + request.body.length);
    if (!isDue) return diagnoseBriefly(source, request);
    // The signature can't be computed under load, or without a published key. The other requests are recorded anyway.
    return diagnoseSignature(source, request, receivedAt).catch(() => diagnoseBriefly(source, request));
  }
}

const bytesOf = ({ body, encodedBody }: Refused): number => (body?.length ?? 0) + (encodedBody?.length ?? 0);
