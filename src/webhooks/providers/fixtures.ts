import { SerialQueue } from '../../platform/concurrency/serial-queue.js';
import type { ProviderAnswer, Publications, WebhookRequest } from './provider.js';

/** A delivery without its signature. Header names are lower case. */
export interface ProviderExample {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly expected: { readonly eventType: string; readonly title: string; readonly deliveryId?: string };
}

export interface SigningContext {
  /** With published keys: empty for the sender's own key, and any text for the key of another one. */
  readonly secret: string;
  readonly now: Date;
  /** The URL of the source. */
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A handshake as the sender makes it. */
export interface HandshakeExample {
  readonly name: string;
  /** POST by default. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Without the question mark. */
  readonly query?: string;
  readonly body?: string;
  /** Whether the sender signs it. */
  readonly isSigned: boolean;
  /** Options of the source, over those of the fixtures. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly expected: ProviderAnswer;
}

/** A request with a genuine signature, from the sender's documentation or its own library. */
export interface SignatureVector {
  /** The address of the documentation, or the name of the package with its version. */
  readonly origin: string;
  readonly secret: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A body that the signature does not cover; absent: the body with a space after it. */
  readonly otherBody?: string;
  readonly url?: string;
  /** The time of the request, in ISO 8601. */
  readonly at: string;
}

/** Makes forged requests from a genuine one. `sign` signs the example again with a changed context. */
export type Forge = (
  genuine: SignedRequest,
  sign: (changes: Partial<SigningContext>) => SignedRequest,
  context: SigningContext,
) => Readonly<Record<string, WebhookRequest>>;

/** The test data of a provider: realistic deliveries, and the sender's side of the signature scheme. */
export interface ProviderFixtures {
  /** Secrets in the sender's format; empty for `secrets: 'none'` and `'published'`. */
  readonly secrets: readonly string[];
  /** False: the proof is a fixed token, or covers some fields of the body and not its bytes. */
  readonly coversBody?: false;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly examples: readonly ProviderExample[];
  /** One request of each event type in the sender's documentation, with few fields: its title must be a sentence. */
  readonly eventTypes?: ReadonlyArray<Pick<ProviderExample, 'headers' | 'body'>>;
  readonly handshakes?: readonly HandshakeExample[];
  /** Absent: the fixtures are made from the documented scheme. */
  readonly vectors?: readonly SignatureVector[];
  /** Forged requests of this scheme, besides those of `forged-requests.spec`: every further part that is signed. */
  readonly forge?: Forge;
  /** Headers that list several signatures: a list with the genuine one is valid. */
  readonly lists?: readonly string[];
  /** The texts that the sender's sites publish, by address. */
  publications?(): Readonly<Record<string, string>>;
  /** Updates the parts that change with each request: a timestamp in the body, or a hash of the body in the URL. */
  freshen?(example: ProviderExample, context: SigningContext): { readonly body: Buffer; readonly url: string };
  /** Returns only the headers that sign the body. */
  sign(body: Buffer, headers: Readonly<Record<string, string>>, context: SigningContext): Record<string, string>;
}

export interface SignedRequest extends WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
}

/** A delivery with a valid signature. */
export function signedRequest(
  fixtures: ProviderFixtures,
  example: ProviderExample,
  context: SigningContext,
): SignedRequest {
  const fresh = fixtures.freshen?.(example, context) ?? { body: Buffer.from(example.body), url: context.url };
  const signature = fixtures.sign(fresh.body, example.headers, { ...context, url: fresh.url });
  return { ...fresh, headers: { ...example.headers, ...signature } };
}

/** The sites of the sender, for its examples. */
export function publicationsOf(fixtures: ProviderFixtures): Publications {
  const texts = fixtures.publications?.() ?? {};
  const read = async (url: string): Promise<string | undefined> => texts[url];
  return { read, readAgain: read, open: async (url) => texts[url] !== undefined };
}

/** One at a time: the module loader of the tests fails when concurrent imports share a file. */
const imports = new SerialQueue();

/** @throws Error if the provider has no fixtures */
export async function loadFixtures(provider: string): Promise<ProviderFixtures> {
  const load = (): Promise<{ fixtures: ProviderFixtures }> => import(`./${provider}/${provider}.fixtures.js`);
  return (await imports.run(load)).fixtures;
}
