import { describe, expect, it, jest } from '@jest/globals';

import { TidingsError } from '../../platform/errors.js';
import {
  loadFixtures,
  publicationsOf,
  type ProviderExample,
  type ProviderFixtures,
  signedRequest,
} from './fixtures.js';
import { loadProviders } from './load-providers.js';
import type { Provider, WebhookRequest } from './provider.js';

const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y?tenant=7';
const providers = await loadProviders();
const cases: Array<{ name: string; provider: Provider; fixtures: ProviderFixtures }> = [];
// One after the other: Jest's loader fails when concurrent imports share a file.
for (const provider of providers.values()) {
  cases.push({ name: provider.name, provider, fixtures: await loadFixtures(provider.name) });
}
const signing = cases.filter(({ provider }) => provider.secrets !== 'none');

interface Case {
  readonly provider: Provider;
  readonly fixtures: ProviderFixtures;
}

/** The parsed options of a source of this provider. */
function optionsOf({ provider, fixtures }: Case): Record<string, unknown> {
  return provider.options?.parse(fixtures.options ?? {}) ?? {};
}

function send(given: Case, example: ProviderExample, secret: string): WebhookRequest {
  return signedRequest(given.fixtures, example, { secret, now, url, options: optionsOf(given) });
}

async function isAccepted(given: Case, request: WebhookRequest, secrets: readonly string[]): Promise<boolean> {
  const publications = publicationsOf(given.fixtures);
  return given.provider.verify(request, { secrets, options: optionsOf(given), publications, now });
}

describe.each(cases)('$name', (given) => {
  const { provider, fixtures } = given;

  it.each(fixtures.examples)('verifies, identifies and describes $name', async (example) => {
    const request = send(given, example, fixtures.secrets[0] ?? '');
    const { eventType, title, deliveryId } = example.expected;
    expect(await isAccepted(given, request, fixtures.secrets.slice(0, 1))).toBe(true);
    expect(provider.describe(request)).toMatchObject({ eventType, title });
    if (deliveryId) expect(provider.deliveryId(request, { options: optionsOf(given) })).toBe(deliveryId);
  });

  it('gives each documented event type a title that is a sentence', () => {
    const titles = (fixtures.eventTypes ?? []).map(({ headers, body }) => {
      const { eventType, title } = provider.describe({ headers, body: Buffer.from(body), url });
      return { eventType, title };
    });
    const isSentence = (title: string) =>
      /^[\p{L}\d#"(]/u.test(title) && /\S \S/.test(title) && !/[{}_]|\w[./:]\w|\bcaused\b|\bundefined\b/.test(title);
    expect(titles.filter(({ title }) => !isSentence(title))).toEqual([]);
    expect(titles.filter(({ eventType }) => eventType === 'unknown')).toEqual([]);
  });

  it('has several examples', () => {
    expect(fixtures.examples.length).toBeGreaterThanOrEqual(2);
  });

  it('describes a payload without its fields, and throws nothing but delivery.unreadable', () => {
    for (const body of ['{}', '{"action":{},"data":[]}', '{"event":7,"data":null}', '[]', '{', '', '\u0000']) {
      for (const example of fixtures.examples) {
        const outcome = describeOutcome(provider, { headers: example.headers, body: Buffer.from(body), url });
        expect(outcome).toMatch(/^(described|delivery\.unreadable)$/);
      }
    }
  });

  it('does not look up keys in Object.prototype', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const body = JSON.stringify({
        action: word,
        type: word,
        object_kind: word,
        state: word,
        resource: word,
        number: 1,
      });
      const headers = Object.fromEntries(
        ['x-github-event', 'x-event-key', 'x-shopify-topic', 'sentry-hook-resource'].map((name) => [name, word]),
      );
      const request = { headers, body: Buffer.from(body), url };
      expect(describeOutcome(provider, request)).toBe('described');
      expect(provider.describe(request).title).not.toMatch(/function|native|object Object/);
    }
  });
});

const greeted = cases.flatMap(({ fixtures: { handshakes = [] }, ...given }) =>
  handshakes.map((handshake) => ({ given, handshake, title: `${given.name}: ${handshake.name}` })),
);

describe('a handshake', () => {
  it.each(greeted)('is answered: $title', async ({ given: { provider }, handshake }) => {
    const { method = 'POST', headers = {}, query, body = '', isSigned, expected } = handshake;
    const fixtures = await loadFixtures(provider.name);
    const options = provider.options?.parse({ ...fixtures.options, ...handshake.options }) ?? {};
    const [secret = ''] = fixtures.secrets;
    const address = query === undefined ? url : `${url.replace(/\?.*/, '')}?${query}`;
    const bytes = Buffer.from(body);
    const signature = isSigned ? fixtures.sign(bytes, headers, { secret, now, url: address, options }) : {};
    const request = { method, headers: { ...headers, ...signature }, body: bytes, url: address };
    const context = { secrets: [secret], options, publications: publicationsOf(fixtures) };
    const isGenuine = method === 'POST' && (await provider.verify(request, { ...context, now }));
    expect(isGenuine).toBe(isSigned);
    const answer = isSigned
      ? await provider.handshake?.(request, context)
      : provider.unsignedHandshake?.(request, context);
    expect(answer).toEqual(expected);
  });
});

const vectors = cases.flatMap(({ provider, fixtures }) =>
  (fixtures.vectors ?? []).map((vector) => ({
    provider,
    fixtures,
    vector,
    title: `${provider.name}: ${vector.origin}`,
  })),
);

describe('a signature of the sender itself', () => {
  it.each(vectors)('is valid, and with another body it is not: $title', async ({ provider, fixtures, vector }) => {
    const { headers, body, secret, at } = vector;
    const options = provider.options?.parse({ ...fixtures.options, ...vector.options }) ?? {};
    const context = { secrets: [secret], options, now: new Date(at), publications: publicationsOf(fixtures) };
    const request = { headers, body: Buffer.from(body), url: vector.url ?? url };
    expect(await provider.verify(request, context)).toBe(true);
    const other = Buffer.from(vector.otherBody ?? `${body} `);
    expect(await provider.verify({ ...request, body: other }, context)).toBe(false);
  });
});

function describeOutcome(provider: Provider, request: WebhookRequest): string {
  try {
    const { eventType, title } = provider.describe(request);
    return eventType !== '' && title !== '' ? 'described' : 'described as nothing';
  } catch (error) {
    return error instanceof TidingsError ? error.code : String(error);
  }
}

const secretive = signing.filter(({ provider }) => provider.secrets !== 'published');

describe.each(secretive)('the secrets of $name', (given) => {
  const [first = '', second = ''] = given.fixtures.secrets;

  it('both verify during a rotation, and a retired one does not', async () => {
    for (const example of given.fixtures.examples) {
      const old = send(given, example, first);
      const fresh = send(given, example, second);
      expect(await isAccepted(given, old, [first, second])).toBe(true);
      expect(await isAccepted(given, fresh, [first, second])).toBe(true);
      expect(await isAccepted(given, fresh, [second])).toBe(true);
      expect(await isAccepted(given, old, [second])).toBe(false);
      expect(await isAccepted(given, old, [])).toBe(false);
      expect(await isAccepted(given, old, [''])).toBe(false);
    }
  });
});

/** Deterministic for a seed, so that failures are reproducible. */
function randomBytes(seed: number): (length: number) => Buffer {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return (state ^ (state >>> 13)) & 0xffff;
  };
  const pool = Buffer.from(Array.from({ length: 0x10000 + 0x100 }, draw));
  return (length) => {
    const start = draw();
    return pool.subarray(start, start + length);
  };
}

describe('random deliveries', () => {
  const seed = jest.getSeed();

  it.each(signing)(`never make $name throw and never pass (npx jest --seed=${seed})`, async (given) => {
    const next = randomBytes(seed);
    const example = given.fixtures.examples[0];
    if (!example) throw new Error('The provider has no example.');
    const genuine = send(given, example, given.fixtures.secrets[0] ?? '');
    const options = optionsOf(given);
    const accepted: string[] = [];
    const outcomes = new Set<string>();
    const proofs = Object.keys(genuine.headers).filter((name) => !(name in example.headers));
    const isStillProven = ({ headers, body }: WebhookRequest) =>
      given.fixtures.coversBody === false &&
      (proofs.length === 0
        ? body.includes(genuine.body)
        : proofs.every((name) => headers[name] === genuine.headers[name]));
    for (let i = 0; i < 2000; i++) {
      const request = distort(genuine, next);
      const isPassing = await isAccepted(given, request, given.fixtures.secrets);
      if (isPassing && !isStillProven(request)) accepted.push(JSON.stringify(request));
      given.provider.deliveryId(request, { options });
      const context = { secrets: given.fixtures.secrets, options };
      given.provider.unsignedHandshake?.(request, context);
      await given.provider.handshake?.(request, context);
      outcomes.add(describeOutcome(given.provider, request));
    }
    expect(accepted).toEqual([]);
    expect(['described', 'delivery.unreadable']).toEqual(expect.arrayContaining([...outcomes]));
  });
});

/** Always changes the body, and at random the headers and the URL. */
function distort(genuine: WebhookRequest, next: (length: number) => Buffer): WebhookRequest {
  const [choice = 0, length = 0] = next(2);
  const headers = { ...genuine.headers };
  for (const name of Object.keys(headers)) {
    const [chance = 0, size = 0] = next(2);
    if (chance > 192) headers[name] = next(size % 80).toString('latin1');
    else if (chance > 160) delete headers[name];
  }
  const body = choice % 2 === 0 ? next(length) : Buffer.concat([genuine.body, next(1 + (length % 5))]);
  return { headers, body, url: choice % 5 === 0 ? next(length).toString('latin1') : genuine.url };
}
