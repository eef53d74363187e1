import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TidingsError } from '../../platform/errors.js';
import { explainRefusal } from './explain-refusal.js';
import { loadFixtures, publicationsOf, signedRequest, type ProviderFixtures } from './fixtures.js';
import { itemsIn } from './items.js';
import { loadProviders } from './load-providers.js';
import type { Provider, WebhookRequest } from './provider.js';
import { readSecret } from './secret-forms.js';

const now = new Date('2026-11-20T12:00:00Z');
const url = 'https://tidings.example.com/webhooks/k3y?tenant=7';
const UNAVAILABLE = ['signature.busy', 'signature.key-unavailable'];
const LONGEST_MS = 250;

const providers = await loadProviders();
const cases: Array<{ name: string; provider: Provider; fixtures: ProviderFixtures }> = [];
for (const provider of providers.values())
  cases.push({ name: provider.name, provider, fixtures: await loadFixtures(provider.name) });

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((each) => Buffer.from(each));
const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', ',', '=', 't=1,v1=', 'v1,', 'Bearer ', '[]', '{}', '\n', '9'.repeat(400)),
);
/** A text with a part of it replaced by another one. */
const broken = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(20), junk)
    .map(([at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut));

/** Requests that differ from a genuine one in one header or in the body, and requests that resemble none. */
function requestsLike(genuine: WebhookRequest): fc.Arbitrary<WebhookRequest> {
  const names = Object.keys(genuine.headers);
  const header = fc
    .constantFrom(...(names.length > 0 ? names : ['x']))
    .chain((name) => fc.tuple(fc.constant(name), fc.oneof(junk, broken(genuine.headers[name] ?? ''))));
  const body = fc.oneof(
    fc.constant(genuine.body),
    broken(genuine.body.toString('latin1')).map((text) => Buffer.from(text, 'latin1')),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
    bytes(400),
  );
  const method = fc.constantFrom('POST', 'GET', undefined);
  return fc.tuple(fc.array(header, { maxLength: 3 }), body, method).map(([changes, changed, verb]) => {
    const headers = { ...genuine.headers, ...Object.fromEntries(changes) };
    return { ...(verb && { method: verb }), headers, body: changed, url };
  });
}

/** @returns the code of a known error @throws any other error, and Error for work that takes too long */
async function knownErrorOf(work: () => unknown): Promise<string | undefined> {
  const { user, system } = process.cpuUsage();
  let code: string | undefined;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error;
    ({ code } = error);
  }
  const used = process.cpuUsage();
  expect((used.user + used.system - user - system) / 1_000).toBeLessThan(LONGEST_MS);
  return code;
}

describe.each(cases)('$name', ({ provider, fixtures }) => {
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  const secrets = fixtures.secrets.slice(0, 2);
  const context = { secrets, options, now, publications: publicationsOf(fixtures) };
  const request = fc
    .constantFrom(...fixtures.examples)
    .map((example) => signedRequest(fixtures, example, { secret: secrets[0] ?? '', now, url, options }))
    .chain(requestsLike);
  const acceptance = { deliveryId: '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3a', duplicate: false };

  it('verifies, identifies and describes any request in time, with no error but the known ones', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        expect([...UNAVAILABLE, undefined]).toContain(await knownErrorOf(() => provider.verify(given, context)));
        expect(['delivery.unreadable', undefined]).toContain(await knownErrorOf(() => provider.describe(given)));
        const never = [
          () => provider.deliveryId(given, { options }),
          () => provider.lastingBody?.(given, { options }),
          () => provider.storedBody?.(given.body),
          () => provider.unsignedHandshake?.(given, context),
          () => provider.answer?.(given, acceptance, options),
          () => (provider.items ?? itemsIn)(given),
          () => provider.evidence?.signedAt?.(given, options),
          () => provider.evidence?.unsigned?.(given),
        ];
        for (const step of never) expect(await knownErrorOf(step)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('explains the refusal of any request, and accepts any text as a secret or says its problem', async () => {
    const secret = fc.oneof(junk, ...fixtures.secrets.map(broken));
    await fc.assert(
      fc.asyncProperty(request, secret, async (given, text) => {
        const reading = readSecret(provider, text, options);
        expect('keys' in reading || 'problem' in reading).toBe(true);
        expect([...UNAVAILABLE, undefined]).toContain(
          await knownErrorOf(() => explainRefusal(provider, given, { ...context, secrets: [...secrets, text] })),
        );
      }),
      { numRuns: 15 },
    );
  });
});
