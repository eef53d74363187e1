import { outcomeOf } from '../../../platform/queues/job-outcome.js';
import type { OutboundRequest } from '../../../platform/http/outbound/outbound-requests.js';

/** The destination of a push. */
export interface PushTarget {
  /** A URL for Web Push; a token for Expo. */
  readonly endpoint: string;
  readonly p256dh: string | null;
  readonly auth: string | null;
}

/** The text for a screen, which may be locked, and the data with which an app opens the right page. */
export interface PushMessage {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly path: string;
  /** The newest message of a subject replaces older ones that are still unread. */
  readonly subject: string;
  /** After this time the service drops the message. */
  readonly ttlSeconds: number;
}

/**
 * `accepted`: the service has the message. `ticket`: it has the message and reports the outcome later. `gone`: the
 * target no longer exists. `later`: retry. `rejected`: never retry this message; with `isTargetFault` the target is
 * probably invalid.
 */
export type PushOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'ticket'; readonly ticket: string }
  | { readonly kind: 'later'; readonly afterMs?: number | undefined; readonly reason: string }
  | { readonly kind: 'rejected'; readonly reason: string; readonly isTargetFault?: boolean };

/** Decides until the last moment whether a request may be sent; see `OutboundRequest`. */
export type SendGuard = Required<Pick<OutboundRequest, 'signal' | 'mayStillSend'>>;

/** A message and its destination. */
export interface PushRequest {
  readonly target: PushTarget;
  readonly message: PushMessage;
}

/** A service that delivers messages to browsers or phones. An error that it throws applies to the whole call. */
export interface PushService {
  /** How many requests or tickets fit into one call. */
  readonly max: number;
  /** @returns the outcome of each request, in order */
  send(requests: readonly PushRequest[], guard: SendGuard): Promise<PushOutcome[]>;
  /** @returns the outcome of each ticket, in order */
  outcomesOf?(tickets: readonly string[]): Promise<PushOutcome[]>;
}

/** Retries a transient failure. */
export function outcomeOfFailure(error: unknown): PushOutcome {
  const reason = error instanceof Error ? error.message : 'unknown';
  return { kind: outcomeOf(error) === 'discard' ? 'rejected' : 'later', reason };
}

/** Statuses for a subscription that was made with another key or has expired without a 410. */
const TARGET_FAULTS = new Set([400, 403]);

/** Maps an HTTP status to an outcome (RFC 8030, sections 5 and 7.3). */
export function outcomeOfStatus(status: number, retryAfterMs?: number): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  const reason = `The push service answered ${status}.`;
  if (status === 408 || status === 429 || status >= 500) return { kind: 'later', afterMs: retryAfterMs, reason };
  return { kind: 'rejected', reason, isTargetFault: TARGET_FAULTS.has(status) };
}
