import { outcomeOf } from '../../../platform/queues/job-outcome.js';
import type { OutboundRequest } from '../../../platform/http/outbound/outbound-requests.js';

/** Where a push goes to. */
export interface PushTarget {
  /** An address for Web Push; a token for Expo. */
  readonly endpoint: string;
  readonly p256dh: string | null;
  readonly auth: string | null;
}

/** What a screen shows, perhaps a locked one, and what an app needs to open the right page. */
export interface PushMessage {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly path: string;
  /** The newest message of a subject replaces the others that nobody has seen. */
  readonly subject: string;
  /** After this long it isn't worth showing. */
  readonly ttlSeconds: number;
}

/**
 * `accepted`: the service has it. `ticket`: it has it, and will say later what became of it. `gone`: the target is no more.
 * `later`: not now. `refused`: never this message, and where `ofTarget` says so, probably none to this target.
 */
export type PushOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'ticket'; readonly ticket: string }
  | { readonly kind: 'later'; readonly afterMs?: number | undefined; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly ofTarget?: boolean };

/** Under which circumstances a request may leave; see `OutboundRequest`. */
export type MaySend = Required<Pick<OutboundRequest, 'signal' | 'mayStillSend'>>;

/** A message and where it goes to. */
export interface Parcel {
  readonly target: PushTarget;
  readonly message: PushMessage;
}

/** A service that brings messages to browsers or phones. What it throws stands for all that was to be done. */
export interface PushService {
  /** How many parcels, or tickets, one call takes. */
  readonly max: number;
  /** @returns what became of each, in their order */
  send(parcels: readonly Parcel[], may: MaySend): Promise<PushOutcome[]>;
  /** What became of tickets, in their order. */
  outcomesOf?(tickets: readonly string[]): Promise<PushOutcome[]>;
}

/** A fault that may pass is tried again. */
export function outcomeOfFailure(error: unknown): PushOutcome {
  const reason = error instanceof Error ? error.message : 'unknown';
  return { kind: outcomeOf(error) === 'discard' ? 'refused' : 'later', reason };
}

/** Push services answer so for a subscription that was made with another key, or has ended without a word. */
const OF_TARGET = new Set([400, 403]);

/** What an HTTP status says about a push (RFC 8030, section 5 and 7.3). */
export function outcomeOfStatus(status: number, retryAfterMs?: number): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  const reason = `The push service answered ${status}.`;
  if (status === 408 || status === 429 || status >= 500) return { kind: 'later', afterMs: retryAfterMs, reason };
  return { kind: 'refused', reason, ofTarget: OF_TARGET.has(status) };
}
