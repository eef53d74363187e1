import { explainRefusal, type RefusalCause } from '../providers/explain-refusal.js';
import type { WebhookRequest } from '../providers/provider.js';
import { verifyRequest } from '../providers/verify-request.js';
import type { LiveSource } from '../sources/live-sources.js';

export const REFUSED_CAUSES = [
  'no-signature',
  'wrong-signature',
  'stale-timestamp',
  'disabled',
  'address-not-allowed',
  'too-large',
  'unsupported',
] as const;

export type RefusedCause = (typeof REFUSED_CAUSES)[number];

/** Contains no header value, no secret and no expected signature. */
export interface RefusalDetail {
  /** The provider whose signature scheme was tried. */
  readonly scheme: string;
  /** The headers in which the signature is expected. */
  readonly headers: readonly string[];
  readonly secretsTried: number;
  /** The difference from a request that would have passed. */
  readonly difference?: RefusalCause;
  readonly clockOffSeconds?: number;
  readonly explanation: string;
}

export interface Diagnosis {
  readonly cause: RefusedCause;
  readonly detail: RefusalDetail;
}

type Signed = Pick<LiveSource, 'provider' | 'secrets' | 'options' | 'publications'>;

const CAUSES: Partial<Record<RefusalCause, RefusedCause>> = {
  'header-missing': 'no-signature',
  'time-missing': 'no-signature',
  clock: 'stale-timestamp',
};

/** Whether the request passes with today's secrets, as of the time at which it was received. */
export function isVerifiedAt(source: Signed, request: WebhookRequest, now: Date): boolean | Promise<boolean> {
  return verifyRequest(source.provider, request, { ...source, now });
}

/** Costs dozens of signatures, so it must not run before the response. */
export async function diagnoseSignature(source: Signed, request: WebhookRequest, now: Date): Promise<Diagnosis> {
  const { cause, detail, clockOffSeconds } = await explainRefusal(source.provider, request, { ...source, now });
  const clock = clockOffSeconds === undefined ? {} : { clockOffSeconds };
  return {
    cause: CAUSES[cause] ?? 'wrong-signature',
    detail: { ...triedWith(source), difference: cause, ...clock, explanation: detail },
  };
}

/** For a request that is one of too many to examine. */
export function diagnoseBriefly(source: Signed, { headers }: WebhookRequest): Diagnosis {
  const tried = triedWith(source);
  const isSigned = tried.headers.length === 0 || tried.headers.some((name) => headers[name] !== undefined);
  const explanation = 'Not examined in detail: too many requests were refused at this time.';
  return { cause: isSigned ? 'wrong-signature' : 'no-signature', detail: { ...tried, explanation } };
}

const EXPLANATIONS = {
  disabled: 'The source is disabled.',
  'address-not-allowed': 'The address of the client is not in `allowedAddresses` of the source.',
  'too-large': 'The body, inflated if it is compressed, is larger than WEBHOOK_BODY_BYTES allows.',
  unsupported: 'The body has a content encoding other than gzip and deflate, or cannot be inflated.',
} as const;

/** For a request that is refused before its signature is checked. */
export function diagnoseUnchecked(source: Signed, cause: keyof typeof EXPLANATIONS): Diagnosis {
  return { cause, detail: { ...triedWith(source), secretsTried: 0, explanation: EXPLANATIONS[cause] } };
}

const triedWith = ({ provider, secrets, options }: Signed) => ({
  scheme: provider.name,
  headers: provider.evidence?.headers(options) ?? [],
  secretsTried: secrets.length,
});
