import { Injectable } from '@nestjs/common';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { Config } from '../../platform/config/config.js';
import { OutboundRequests, type OutboundAnswer } from '../../platform/http/outbound/outbound-requests.js';
import { signatureKeyUnavailable } from './provider.errors.js';
import type { Publications } from './provider.js';

const LASTS_MS = 3_600_000;
/** A site that fails, or lacks a key, is not asked more often: requests with made-up keys must not reach it. */
const PAUSE_MS = 30_000;
const TIMEOUT_MS = 3_000;
const CONFIRMATION_TIMEOUT_MS = 5_000;
const MAX_BYTES = 65_536;
const MAX_COPIES = 500;
const MAX_FAILURES = 200;
/** For addresses without a copy: unsigned requests to the sources of a workspace can name as many as they like. */
const NEW_ADDRESSES = { burst: 10, perSecond: 10 };
const MAX_WORKSPACES = 1_000;

interface Copy {
  readonly text: string;
  readonly readAt: number;
}

/** Reads the certificates and key sets of senders, from their sites or from the operator's mirror of them. */
@Injectable()
export class ReadPublications {
  private readonly copies = new Map<string, Copy>();
  /** Apart from the copies, so that made-up addresses displace none. */
  private readonly failedAt = new Map<string, number>();
  private readonly reading = new Map<string, Promise<string | undefined>>();
  /** By workspace, so that the made-up addresses of one hold up no other. */
  private readonly newAddresses = new Map<string, TokenBucket>();

  constructor(
    private readonly outbound: OutboundRequests,
    private readonly config: Config,
  ) {}

  /** The publications for the sources of a workspace, which share their copies with all others. */
  for(workspaceId: string): Publications {
    return {
      read: (url) => this.read(url, workspaceId),
      readAgain: (url) => this.readAgain(url, workspaceId),
      open: (url) => this.open(url),
    };
  }

  /** A copy that is too old stays in use while the site fails. */
  private async read(url: string, workspaceId: string): Promise<string> {
    const copy = this.copies.get(url);
    if (copy !== undefined && isWithin(LASTS_MS, copy.readAt)) return copy.text;
    return (await this.refresh(url, workspaceId)) ?? copy?.text ?? unavailable();
  }

  private async readAgain(url: string, workspaceId: string): Promise<string> {
    const copy = this.copies.get(url);
    if (copy !== undefined && isWithin(PAUSE_MS, copy.readAt)) return copy.text;
    return (await this.refresh(url, workspaceId)) ?? unavailable();
  }

  private async open(url: string): Promise<boolean> {
    const status = await this.get(url, CONFIRMATION_TIMEOUT_MS).then(
      (answer) => answer.status,
      () => 0,
    );
    return status >= 200 && status < 300;
  }

  /** Concurrent callers share one request. @returns undefined if the site fails, or is not asked */
  private async refresh(url: string, workspaceId: string): Promise<string | undefined> {
    const running = this.reading.get(url);
    if (running !== undefined) return running;
    if (isWithin(PAUSE_MS, this.failedAt.get(url))) return undefined;
    if (!this.copies.has(url) && !this.mayAskAnew(workspaceId)) return undefined;
    const read = this.download(url)
      .then((text) => this.note(url, text))
      .finally(() => this.reading.delete(url));
    this.reading.set(url, read);
    return read;
  }

  private mayAskAnew(workspaceId: string): boolean {
    const now = performance.now();
    const bucket = this.newAddresses.get(workspaceId) ?? new TokenBucket(now, NEW_ADDRESSES);
    putLast(this.newAddresses, MAX_WORKSPACES, workspaceId, bucket);
    return bucket.take(now);
  }

  private note(url: string, text: string | undefined): string | undefined {
    const now = performance.now();
    if (text === undefined) putLast(this.failedAt, MAX_FAILURES, url, now);
    else putLast(this.copies, MAX_COPIES, url, { text, readAt: now });
    return text;
  }

  private async download(url: string): Promise<string | undefined> {
    const answer = await this.get(url, TIMEOUT_MS).catch(() => undefined);
    return answer?.status === 200 && answer.body.length < MAX_BYTES ? answer.body : undefined;
  }

  private get(url: string, timeoutMs: number): Promise<OutboundAnswer> {
    const headers = { 'user-agent': 'tidings' };
    return this.outbound.send({
      method: 'GET',
      url: this.mirrored(url),
      headers,
      body: '',
      timeoutMs,
      answerBytes: MAX_BYTES,
    });
  }

  private mirrored(url: string): string {
    const { senderMirrorUrl } = this.config;
    return senderMirrorUrl === undefined ? url : url.replace(/^https:\/\//, `${senderMirrorUrl}/`);
  }
}

const isWithin = (ms: number, at: number | undefined): boolean => at !== undefined && performance.now() - at < ms;

function unavailable(): never {
  throw signatureKeyUnavailable();
}

/** Displaces the entry that was put first. */
function putLast<Value>(map: Map<string, Value>, max: number, key: string, value: Value): void {
  map.delete(key);
  if (map.size >= max) map.delete(map.keys().next().value ?? '');
  map.set(key, value);
}
