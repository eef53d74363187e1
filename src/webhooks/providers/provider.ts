import type { ZodType } from 'zod';

/** A received webhook. Header names are lower case; `body` has the exact bytes that were signed. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The public URL of the request, with its query: Twilio signs it. */
  readonly url: string;
}

/** Options that the provider's `options` schema has parsed. */
export type Options = Readonly<Record<string, unknown>>;

export interface VerificationContext {
  /** One, or two during a rotation. Empty only for `secrets: 'none'`. */
  readonly secrets: readonly string[];
  readonly options: Options;
  readonly now: Date;
}

/** The summary of a delivery for users and programs. */
export interface Description {
  /** The provider's name of the event, with the action after a dot: `pull_request.opened`. */
  readonly eventType: string;
  /** One line to show to a user: "octocat opened #1347 Update README in octo/hello". */
  readonly title: string;
  /** A page with details, if the payload has one; http or https only. */
  readonly url: string | null;
  readonly sender: string | null;
}

/** A response that the sender requires. */
export interface ProviderAnswer {
  /** 200 when absent. */
  readonly status?: number;
  readonly contentType?: string;
  /** Absent: empty. */
  readonly body?: string;
}

/** The result of storing a delivery. */
export interface Acceptance {
  readonly deliveryId: string;
  readonly duplicate: boolean;
}

/** The keys of a secret, or the problem of one that can verify no signature of this sender. */
export type SecretReading = { readonly keys: readonly string[] } | { readonly problem: string };

/** The parts of a signature scheme that `explainRefusal` needs. */
export interface SignatureEvidence {
  /** The headers of the signature, in lower case. Empty if nothing is signed. */
  headers(options: Options): readonly string[];
  /** The signed time in milliseconds since 1970; absent or undefined: no time is signed. */
  signedAt?(request: WebhookRequest): number | undefined;
  /** Other options that may be intended, each with its description. */
  otherOptions?(options: Options, request: WebhookRequest): Iterable<readonly [what: string, options: Options]>;
}

/**
 * The adapter for one sender of webhooks: verifies its signatures, and identifies and describes its deliveries. A
 * provider is one folder, `providers/<name>/`, whose `<name>.provider.ts` exports it as `provider`; no other file
 * registers it.
 */
export interface Provider {
  readonly name: string;
  /** `none`: any request to the URL is accepted. */
  readonly secrets: 'required' | 'none';
  /** Headers that contain the secret itself and are never stored. */
  readonly secretHeaders?: readonly string[];
  /** The schema for the options of a source; absent: the provider has none. */
  readonly options?: ZodType<Record<string, unknown>>;
  /**
   * Parses a trimmed secret in the format of the sender's console. Absent: any text is a valid secret. Never throws.
   */
  readSecret?(secret: string): SecretReading;
  /**
   * True only if one of the secrets signed exactly these bytes, and within the time window if the scheme has one.
   * Never throws.
   */
  verify(request: WebhookRequest, context: VerificationContext): boolean;
  /** For the log, if `verify` returned false. Never throws. */
  readonly evidence?: SignatureEvidence;
  /**
   * The sender's own id, validated by `deliveryIdFrom`; undefined if it sends none: the hash of the body identifies the
   * delivery then. Never throws.
   */
  deliveryId(request: WebhookRequest, context: Pick<VerificationContext, 'options'>): string | undefined;
  /**
   * True: the id is signed and unique, so the id alone identifies the delivery, even if a retry has other bytes.
   * Otherwise an attacker can combine captured bytes with any id, so the id counts only together with the bytes.
   */
  readonly signedId?: boolean;
  /** The part of the body that stays the same in a retry. Absent: all of it. Never throws. */
  lastingBody?(body: Buffer): Buffer;
  /** The default time for which equal bytes without an id count as a repeat, in seconds. Absent: 30 days. */
  readonly dedupWindowSeconds?: number;
  /** Called only after `verify` returned true. A response means that the request is a handshake and is not stored. */
  handshake?(request: WebhookRequest): ProviderAnswer | undefined;
  /** Called only after `verify` returned false: the response to an unsigned ping, which is not stored. */
  unsignedPing?(request: WebhookRequest, context: Pick<VerificationContext, 'options'>): ProviderAnswer | undefined;
  /** The response for a stored delivery. Absent or undefined: 202 and the acceptance as JSON. */
  answer?(request: WebhookRequest, acceptance: Acceptance): ProviderAnswer | undefined;
  /**
   * Runs in the worker, after the delivery is stored.
   * @throws TidingsError `delivery.unreadable` if the body is not in the format of this provider
   */
  describe(request: WebhookRequest): Description;
}
