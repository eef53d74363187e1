import type { ZodType } from 'zod';

/** A webhook as it came over the wire. Header names are lower case; `body` holds the exact bytes that were signed. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The public address that the sender called, with its query: Twilio signs it. */
  readonly url: string;
}

export interface VerificationContext {
  /** One or two: a second secret is active while the first is being replaced. Never empty, except for `secrets: 'none'`. */
  readonly secrets: readonly string[];
  /** Already parsed by the provider's own `options` schema. */
  readonly options: Readonly<Record<string, unknown>>;
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

/** The answer to a sender that only wants to know whether we are who we claim to be; nothing is stored. */
export interface HandshakeAnswer {
  readonly contentType: string;
  readonly body: string;
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
  /** True only if one of the secrets signed exactly these bytes, inside the window where the scheme signs a time. Never throws. */
  verify(request: WebhookRequest, context: VerificationContext): boolean;
  /** The sender's own id, as `deliveryIdFrom` lets it through; undefined where it sends none: the body's hash stands in. Never throws. */
  deliveryId(request: WebhookRequest, context: Pick<VerificationContext, 'options'>): string | undefined;
  /** Asked only after `verify` said yes. */
  handshake?(request: WebhookRequest): HandshakeAnswer | undefined;
  /**
   * Runs in the worker, after the delivery is stored.
   * @throws TidingsError `delivery.unreadable` when the body isn't what this provider sends
   */
  describe(request: WebhookRequest): Description;
}
