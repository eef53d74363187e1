import { describe, expect, it, jest } from '@jest/globals';

import { TidingsError } from '../../platform/errors.js';
import { loadFixtures, type ProviderExample, type ProviderFixtures, signedRequest } from './fixtures.js';
import { loadProviders } from './load-providers.js';
import type { Provider, WebhookRequest } from './provider.js';

const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y?tenant=7';
const providers = await loadProviders();
const cases = await Promise.all(
  [...providers.values()].map(async (provider) => ({
    name: provider.name,
    provider,
    fixtures: await loadFixtures(provider.name),
  })),
);
const signing = cases.filter(({ provider }) => provider.secrets === 'required');

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

function isAccepted(given: Case, request: WebhookRequest, secrets: readonly string[]): boolean {
  return given.provider.verify(request, { secrets, options: optionsOf(given), now });
}

describe.each(cases)('$name', (given) => {
  const { provider, fixtures } = given;

  it.each(fixtures.examples)('verifies, identifies and describes $name', (example) => {
    const request = send(given, example, fixtures.secrets[0] ?? '');
    const { eventType, title, deliveryId } = example.expected;
    expect(isAccepted(given, request, fixtures.secrets.slice(0, 1))).toBe(true);
    expect(provider.describe(request)).toMatchObject({ eventType, title });
    if (deliveryId) expect(provider.deliveryId(request, { options: optionsOf(given) })).toBe(deliveryId);
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

function describeOutcome(provider: Provider, request: WebhookRequest): string {
  try {
    const { eventType, title } = provider.describe(request);
    return eventType !== '' && title !== '' ? 'described' : 'described as nothing';
  } catch (error) {
    return error instanceof TidingsError ? error.code : String(error);
  }
}

describe.each(signing)('the secrets of $name', (given) => {
  const [first = '', second = ''] = given.fixtures.secrets;

  it('both verify during a rotation, and a retired one does not', () => {
    for (const example of given.fixtures.examples) {
      const old = send(given, example, first);
      const fresh = send(given, example, second);
      expect(isAccepted(given, old, [first, second])).toBe(true);
      expect(isAccepted(given, fresh, [first, second])).toBe(true);
      expect(isAccepted(given, fresh, [second])).toBe(true);
      expect(isAccepted(given, old, [second])).toBe(false);
      expect(isAccepted(given, old, [])).toBe(false);
      expect(isAccepted(given, old, [''])).toBe(false);
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

  it.each(signing)(`never make $name throw and never pass (npx jest --seed=${seed})`, (given) => {
    const next = randomBytes(seed);
    const example = given.fixtures.examples[0];
    if (!example) throw new Error('The provider has no example.');
    const genuine = send(given, example, given.fixtures.secrets[0] ?? '');
    const options = optionsOf(given);
    const accepted: string[] = [];
    const outcomes = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const request = distort(genuine, next);
      if (isAccepted(given, request, given.fixtures.secrets)) accepted.push(JSON.stringify(request));
      given.provider.deliveryId(request, { options });
      given.provider.handshake?.(request);
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
