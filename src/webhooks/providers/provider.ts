import type { ZodType } from 'zod';

/** A webhook as it came over the wire. Header names are lower case; `body` holds the exact bytes that were signed. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The public address that the sender called, with its query: Twilio signs it. */
  readonly url: string;
}

/** Already parsed by the provider's own `options` schema. */
export type Options = Readonly<Record<string, unknown>>;

export interface VerificationContext {
  /** One or two: a second secret is active while the first is being replaced. Never empty, except for `secrets: 'none'`. */
  readonly secrets: readonly string[];
  readonly options: Options;
  readonly now: Date;
}

/** What a person and a program want to know of a delivery without opening its body. */
export interface Description {
  /** The provider's own name for what happened, with the action after a dot: `pull_request.opened`. */
  readonly eventType: string;
  /** One line that a person wants to read: "octocat opened #1347 Update README in octo/hello". */
  readonly title: string;
  /** Where to look at it, when the provider says so; http or https only. */
  readonly url: string | null;
  readonly sender: string | null;
}

/** An answer in the words that a sender takes. */
export interface ProviderAnswer {
  /** 200 when absent. */
  readonly status?: number;
  readonly contentType?: string;
  /** Absent: empty. */
  readonly body?: string;
}

/** What became of a delivery that is stored. */
export interface Acceptance {
  readonly deliveryId: string;
  readonly duplicate: boolean;
}

/** The form in which a secret is used; or what is wrong with one that can fit no signature of this sender. */
export type SecretReading = { readonly keys: readonly string[] } | { readonly problem: string };

/** What it takes to say why a signature did not fit. */
export interface SignatureEvidence {
  /** Lower case. Empty where nothing is signed. */
  headers(options: Options): readonly string[];
  /** In milliseconds since 1970; absent or undefined: no time is signed. */
  signedAt?(request: WebhookRequest): number | undefined;
  /** Other options that the sender may have meant, each in words. */
  otherOptions?(options: Options, request: WebhookRequest): Iterable<readonly [what: string, options: Options]>;
}

/**
 * One sender of webhooks: how its signature is checked, what names a delivery, and how it reads. A provider is one
 * folder, `providers/<name>/`, whose `<name>.provider.ts` exports it as `provider`; nothing else has to name it.
 */
export interface Provider {
  readonly name: string;
  /** `none`: anyone who knows the address may post. */
  readonly secrets: 'required' | 'none';
  /** Headers that carry the secret itself and so are never stored. */
  readonly secretHeaders?: readonly string[];
  /** What a source of this provider may set; absent: nothing. */
  readonly options?: ZodType<Record<string, unknown>>;
  /**
   * Reads a secret without blanks around it, as people copy it from the sender's console. Absent: every text is a
   * secret as it stands. Never throws.
   */
  readSecret?(secret: string): SecretReading;
  /** True only if one of the secrets signed exactly these bytes, inside the window where the scheme signs a time. Never throws. */
  verify(request: WebhookRequest, context: VerificationContext): boolean;
  /** For the log, when `verify` said no. Never throws. */
  readonly evidence?: SignatureEvidence;
  /** The sender's own id, as `deliveryIdFrom` lets it through; undefined where it sends none: the body's hash stands in. Never throws. */
  deliveryId(request: WebhookRequest, context: Pick<VerificationContext, 'options'>): string | undefined;
  /**
   * True: the sender writes the id into what it signs and uses each only once, so the id alone names the delivery, even
   * if a retry has other bytes. Otherwise anyone can put any id on captured bytes, and an id counts only together with
   * the bytes.
   */
  readonly signedId?: boolean;
  /** The bytes that stay the same when the sender tries again. Absent: all. Never throws. */
  lastingBody?(body: Buffer): Buffer;
  /** How long equal bytes without an id count as a repeat, in seconds, unless a source says otherwise. Absent: 30 days. */
  readonly dedupWindowSeconds?: number;
  /** Asked only after `verify` said yes. An answer: the sender only wants to know who is there, nothing is stored. */
  handshake?(request: WebhookRequest): ProviderAnswer | undefined;
  /** Asked only after `verify` said no: the answer to a request that the sender does not sign and that reports nothing. */
  unsignedPing?(request: WebhookRequest, context: Pick<VerificationContext, 'options'>): ProviderAnswer | undefined;
  /** The answer to a stored delivery. Absent or undefined: 202 and the acceptance as JSON. */
  answer?(request: WebhookRequest, acceptance: Acceptance): ProviderAnswer | undefined;
  /**
   * Runs in the worker, after the delivery is stored.
   * @throws TidingsError `delivery.unreadable` when the body isn't what this provider sends
   */
  describe(request: WebhookRequest): Description;
}
