import type { ZodType } from 'zod';

/** A received webhook. Header names are lower case; `body` has the exact bytes that were signed. */
export interface WebhookRequest {
  /** Absent: POST. */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The received bytes of a compressed body, which is inflated in `body`: see `verifyRequest`. */
  readonly encodedBody?: Buffer;
  /** The public URL of the request, with its query: Twilio signs it. */
  readonly url: string;
}

/** Options that the provider's `options` schema has parsed. */
export type Options = Readonly<Record<string, unknown>>;

export interface VerificationContext {
  /** One, or two during a rotation. Empty if the provider takes none, or the source has no secret yet. */
  readonly secrets: readonly string[];
  readonly options: Options;
  readonly now: Date;
  /** Absent: nothing can be fetched, so that a scheme that needs a published key verifies nothing. */
  readonly publications?: Publications;
}

/** The certificates and sets of keys that senders publish. */
export interface Publications {
  /**
   * The text at an address, cached for an hour. The provider checks the address first: a sender could name any.
   * @returns undefined if the sender publishes nothing there
   * @throws TidingsError `signature.key-unavailable` if the site does not answer with 200 and less than 64 KiB within
   * 3 seconds, or the workspace asks for too many other addresses
   */
  read(url: string): Promise<string | undefined>;
  /** Like `read`, for a key that the cached text lacks. Asks the site at most once in 30 seconds. Throws as `read`. */
  readAgain(url: string): Promise<string | undefined>;
  /** Opens an address that the sender wants to be opened, as a confirmation. @returns whether the answer is 2xx */
  open(url: string): Promise<boolean>;
}

/** The parts of a source that a handshake needs. */
export type HandshakeContext = Pick<VerificationContext, 'secrets' | 'options' | 'publications'>;

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
  readonly headers?: Readonly<Record<string, string>>;
  /** A secret that the sender gives in its handshake. It becomes the secret of a source that has none. */
  readonly secret?: string;
}

/** One of several events that a sender puts into a delivery. */
export interface DeliveryItem {
  /** As if the sender had sent it alone. */
  readonly body: Buffer;
  /** The sender's id of it, validated by `deliveryIdFrom`. */
  readonly id?: string;
}

/** The result of storing a delivery. */
export interface Acceptance {
  readonly deliveryId: string;
  readonly duplicate: boolean;
}

/** The keys of a secret, or the problem of one that can verify no signature of this sender. */
export type SecretReading = { readonly keys: readonly string[] } | { readonly problem: string };

/** `sender`: its console shows the secret; `receiver`: the user chooses it and enters it there; `either`: both work. */
export type SecretFrom = 'sender' | 'receiver' | 'either';

/** `token`, `password`: the secret itself is sent, and covers no body; `public-key`: the secret verifies only. */
export type Proof = 'signature' | 'token' | 'password' | 'public-key';

/** How to configure a sender. The dashboard and docs/senders.md are made from it. */
export interface SetupGuide {
  /** The name of the sender, as its own pages write it. */
  readonly label: string;
  /** The page of the sender's documentation that describes its webhooks and their signature. */
  readonly documentation: string;
  /** In order, in Markdown: where to click, what to paste, which events. `{url}` is the URL of the source. */
  readonly steps: readonly string[];
  /** Where the secret comes from, in one sentence. */
  readonly secret: string;
}

/** The parts of a signature scheme that `explainRefusal` needs. */
export interface SignatureEvidence {
  /** The headers of the signature, in lower case. Empty if nothing is signed. */
  headers(options: Options): readonly string[];
  /** The signed time in milliseconds since 1970; absent or null: no time is signed; undefined: it is missing. */
  signedAt?(request: WebhookRequest, options: Options): number | null | undefined;
  /** A sentence about a request that the sender never signs; undefined: it signs such a one. Never throws. */
  unsigned?(request: WebhookRequest): string | undefined;
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
  /** Absent for the generic providers and until the guide is written. */
  readonly setup?: SetupGuide;
  /**
   * `none`: any request to the URL is accepted. `handshake`: a source without a secret gets it from the sender.
   * `published`: keys that the sender publishes verify its requests, and a source has no secret.
   */
  readonly secrets: 'required' | 'none' | 'handshake' | 'published';
  /** The side that makes the secret: a provider with `secrets: 'required'` has this fact, and no other. */
  readonly secretFrom?: SecretFrom;
  /** True: the sender shows its secret only after it has the URL of the source. */
  readonly secretAfterUrl?: boolean;
  /** How a request proves its sender. Absent: by a signature made with the secret. */
  readonly proof?: Proof | ((options: Options) => Proof);
  /** Whether the sender may deliver by GET: the query is the body then. */
  readonly acceptsGet?: boolean;
  /** Headers that contain the secret itself and are never stored. */
  readonly secretHeaders?: readonly string[] | ((options: Options) => readonly string[]);
  /** The schema for the options of a source; absent: the provider has none. */
  readonly options?: ZodType<Record<string, unknown>>;
  /**
   * Parses a trimmed secret in the format of the sender's console. Absent: any text is a valid secret. Never throws.
   */
  readSecret?(secret: string, options?: Options): SecretReading;
  /**
   * True only if one of the secrets signed exactly these bytes, and within the time window if the scheme has one.
   * Never throws, and rejects only with `signature.busy`, under load, or `signature.key-unavailable`, if it can't read
   * the sender's published key. A promise costs the accept path more, so only a scheme with a published key or an
   * asymmetric signature returns one.
   */
  verify(request: WebhookRequest, context: VerificationContext): boolean | Promise<boolean>;
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
  /**
   * The bytes that identify the body of a verified request, for a sender that changes others in a retry, or signs the
   * text of decoded fields, which other bytes can have too. Absent or undefined: the body. Never throws.
   */
  lastingBody?(request: WebhookRequest, context: Pick<VerificationContext, 'options'>): Buffer | undefined;
  /**
   * The body to store and to show, without a secret of the source that it contains. Absent: all of it. The body can be
   * cut. Never throws.
   */
  storedBody?(body: Buffer): Buffer;
  /** The default time for which equal bytes without an id count as a repeat, in seconds. Absent: 30 days. */
  readonly dedupWindowSeconds?: number;
  /** Called only after `verify` returned true. A response means that the request is a handshake and is not stored. */
  handshake?(
    request: WebhookRequest,
    context: HandshakeContext,
  ): ProviderAnswer | undefined | Promise<ProviderAnswer | undefined>;
  /**
   * The response to an unsigned handshake or ping, by GET, HEAD or POST, which is not stored. A POST is verified first:
   * this is called only after `verify` returned false.
   */
  unsignedHandshake?(request: WebhookRequest, context: HandshakeContext): ProviderAnswer | undefined;
  /** The response for a stored delivery. Absent or undefined: 202 and the acceptance as JSON. */
  answer?(request: WebhookRequest, acceptance: Acceptance, options: Options): ProviderAnswer | undefined;
  /**
   * The items of a batch, in order, for sources with `eventPerItem`; undefined for a delivery of one event. Absent:
   * those of a JSON list or JSON Lines. Never throws.
   */
  items?(request: WebhookRequest): readonly DeliveryItem[] | undefined;
  /**
   * Runs in the worker, after the delivery is stored.
   * @throws TidingsError `delivery.unreadable` if the body is not in the format of this provider
   */
  describe(request: WebhookRequest): Description;
}
