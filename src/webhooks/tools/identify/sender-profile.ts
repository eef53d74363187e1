import { loadFixtures, signedRequest, type ProviderFixtures } from '../../providers/fixtures.js';
import type { Provider, WebhookRequest } from '../../providers/provider.js';
import { fieldNamesOf } from './field-names.js';

/** The features of a sender's requests, from its signature scheme and its examples. All header names are lower case. */
export interface SenderProfile {
  readonly provider: Provider;
  readonly label: string;
  /** The headers of its signature. */
  readonly proofs: ReadonlySet<string>;
  /** Its other headers, without those that any client sends. */
  readonly headers: ReadonlySet<string>;
  /** Product names of its User-Agent. */
  readonly agents: ReadonlySet<string>;
  /** The names of the top fields of each example. */
  readonly bodies: readonly ReadonlySet<string>[];
}

/** Headers of any client, proxy or tracing tool. */
const COMMON =
  /^(?:accept|accept-(?:charset|encoding|language)|authorization|baggage|cache-control|connection|content-.*|cookie|date|forwarded|host|idempotency-key|pragma|origin|referer|traceparent|tracestate|user-agent|via|x-forwarded-.*|x-real-ip|x-request-id)$/;
/** HTTP libraries, which any sender can use. */
const COMMON_AGENT =
  /^(?:apache-httpclient|axios|curl|faraday|go-http-client|guzzlehttp|java|mozilla|node|node-fetch|okhttp|python|python-requests|ruby|undici|webhook|webhooks)$/i;

/** @returns undefined for a provider whose requests can have any form */
export async function profileOf(provider: Provider): Promise<SenderProfile | undefined> {
  const fixtures = await loadFixtures(provider.name);
  const proofs = proofsOf(provider);
  // Without fixed headers of a signature, and with options that name them: any sender.
  if (provider.secrets === 'none' && provider.evidence === undefined) return undefined;
  if (proofs.length === 0 && provider.options !== undefined && hasProofs(provider, fixtures)) return undefined;
  const examples = fixtures.examples.map((example) => signedExample(fixtures, example));
  const names = examples.flatMap(({ headers }) => Object.keys(headers));
  return {
    provider,
    label: provider.setup?.label ?? provider.name,
    proofs: new Set(proofs),
    headers: new Set(names.filter((name) => !COMMON.test(name) && !proofs.includes(name))),
    agents: new Set(examples.flatMap((request) => productOf(request) ?? [])),
    bodies: examples.map((request) => fieldNamesOf(request)).filter(({ size }) => size > 0),
  };
}

const proofsOf = ({ evidence }: Provider): string[] =>
  [...(evidence?.headers({}) ?? [])].filter((name) => !COMMON.test(name));

const hasProofs = ({ evidence }: Provider, { options }: ProviderFixtures): boolean =>
  (evidence?.headers(options ?? {}) ?? []).length > 0;

function signedExample(fixtures: ProviderFixtures, example: ProviderFixtures['examples'][number]): WebhookRequest {
  const [secret = ''] = fixtures.secrets;
  const context = { secret, now: new Date(0), url: 'https://example.com/', options: fixtures.options ?? {} };
  return signedRequest(fixtures, example, context);
}

/** The product name of the User-Agent; undefined if any client could have it. */
export function productOf({ headers }: Pick<WebhookRequest, 'headers'>): string | undefined {
  const product = /^[\w.-]{3,60}/.exec(headers['user-agent'] ?? '')?.[0].toLowerCase();
  return product === undefined || COMMON_AGENT.test(product) ? undefined : product;
}
