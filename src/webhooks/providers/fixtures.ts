import type { WebhookRequest } from './provider.js';

/** A delivery without its signature. Header names are lower case. */
export interface ProviderExample {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly expected: { readonly eventType: string; readonly title: string; readonly deliveryId?: string };
}

export interface SigningContext {
  readonly secret: string;
  readonly now: Date;
  /** The URL of the source. */
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The test data of a provider: realistic deliveries, and the sender's side of the signature scheme. */
export interface ProviderFixtures {
  /** Secrets in the sender's format; empty for `secrets: 'none'`. */
  readonly secrets: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly examples: readonly ProviderExample[];
  /** Updates the parts that change with each request: a timestamp in the body, or a hash of the body in the URL. */
  freshen?(example: ProviderExample, context: SigningContext): { readonly body: Buffer; readonly url: string };
  /** Returns only the headers that sign the body. */
  sign(body: Buffer, headers: Readonly<Record<string, string>>, context: SigningContext): Record<string, string>;
}

/** A delivery with a valid signature. */
export function signedRequest(
  fixtures: ProviderFixtures,
  example: ProviderExample,
  context: SigningContext,
): WebhookRequest & { readonly headers: Readonly<Record<string, string>> } {
  const fresh = fixtures.freshen?.(example, context) ?? { body: Buffer.from(example.body), url: context.url };
  const signature = fixtures.sign(fresh.body, example.headers, { ...context, url: fresh.url });
  return { ...fresh, headers: { ...example.headers, ...signature } };
}

/** @throws Error if the provider has no fixtures */
export async function loadFixtures(provider: string): Promise<ProviderFixtures> {
  const module: { fixtures: ProviderFixtures } = await import(`./${provider}/${provider}.fixtures.js`);
  return module.fixtures;
}
