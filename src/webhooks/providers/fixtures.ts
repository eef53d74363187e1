import type { WebhookRequest } from './provider.js';

/** One delivery as the sender would send it, but for its signature. Header names are lower case. */
export interface ProviderExample {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly expected: { readonly eventType: string; readonly title: string; readonly deliveryId?: string };
}

export interface SigningContext {
  readonly secret: string;
  readonly now: Date;
  /** The address that is called, as the receiver knows it. */
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a provider's folder brings to be tried out with: real-looking deliveries and the sender's half of the signature. */
export interface ProviderFixtures {
  /** Of the form that the sender hands out; empty for `secrets: 'none'`. */
  readonly secrets: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly examples: readonly ProviderExample[];
  /** Some senders write the time of sending into the body, or a hash of the body into the address. Absent: neither. */
  freshen?(example: ProviderExample, context: SigningContext): { readonly body: Buffer; readonly url: string };
  /** The headers that prove the body, and nothing else. */
  sign(body: Buffer, headers: Readonly<Record<string, string>>, context: SigningContext): Record<string, string>;
}

/** A delivery ready to be sent: genuine, now. */
export function signedRequest(
  fixtures: ProviderFixtures,
  example: ProviderExample,
  context: SigningContext,
): WebhookRequest & { readonly headers: Readonly<Record<string, string>> } {
  const fresh = fixtures.freshen?.(example, context) ?? { body: Buffer.from(example.body), url: context.url };
  const signature = fixtures.sign(fresh.body, example.headers, { ...context, url: fresh.url });
  return { ...fresh, headers: { ...example.headers, ...signature } };
}

/** @throws Error when the provider has no fixtures */
export async function loadFixtures(provider: string): Promise<ProviderFixtures> {
  const module: { fixtures: ProviderFixtures } = await import(`./${provider}/${provider}.fixtures.js`);
  return module.fixtures;
}
