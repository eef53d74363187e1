import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpuTimeOf } from './cpu-time.fixtures.js';
import { explainRefusal } from './explain-refusal.js';
import { loadProviders } from './load-providers.js';
import type { Options, WebhookRequest } from './provider.js';

const MIB = 1_048_576;
const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y';
const fields = Buffer.from(Array.from({ length: 130_000 }, (_, i) => `${i}=`).join('&'));
const escapes = Buffer.from(`a=${'%41'.repeat(MIB / 3)}`);
const providers = await loadProviders();

function named(name: string) {
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`The provider ${name} is missing.`);
  return provider;
}

/** A request with a wrong signature, which any client can make. */
const form = (body: Buffer): WebhookRequest => ({
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': Buffer.alloc(20).toString('base64'),
    'x-signature': '0'.repeat(64),
  },
  body,
  url,
});

const hmacForm = { header: 'x-signature', content: '{form}' };

describe.each<[string, Options]>([
  ['twilio', {}],
  ['hmac', hmacForm],
])('a hostile form for %s', (name, options) => {
  const context = { secrets: ['a secret', 'another secret'], options, now };

  it.each([
    ['130,000 fields', fields],
    ['a megabyte of escapes', escapes],
  ])('of %s is refused within 100 ms, and its refusal is explained within 100 ms', async (_what, body) => {
    const request = form(body);
    expect(await named(name).verify(request, context)).toBe(false);
    expect(await cpuTimeOf(() => named(name).verify(request, context))).toBeLessThan(100);
    expect((await explainRefusal(named(name), request, context)).cause).toBe('secret');
    expect(await cpuTimeOf(() => explainRefusal(named(name), request, context))).toBeLessThan(100);
  });
});

describe('a list of ed25519 signatures of Standard Webhooks', () => {
  const keys = Array.from({ length: 9 }, () => `whpk_${bytesOf(generateKeyPairSync('ed25519').publicKey)}`);
  const hmacKey = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const signature = (version: string) => `${version},${Buffer.alloc(64, 1).toString('base64')}`;
  const request = (version: string): WebhookRequest => ({
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': Array.from({ length: 10 }, () => signature(version)).join(' '),
    },
    body: Buffer.alloc(MIB, 'x'),
    url,
  });
  const verify = (version: string, secrets: string[]) =>
    named('standard-webhooks').verify(request(version), { secrets, options: {}, now });

  it('is verified outside the event loop', async () => {
    const verified = verify('v1a', keys);
    expect(verified).toBeInstanceOf(Promise);
    expect(await verified).toBe(false);
    const pending: unknown[] = [];
    // Only the part of the event loop: the pool verifies for longer.
    expect(await cpuTimeOf(() => void pending.push(verify('v1a', keys)))).toBeLessThan(100);
    expect(new Set(await Promise.all(pending))).toEqual(new Set([false]));
  });

  it('is refused at once without a public key, or with HMACs only', () => {
    expect(verify('v1a', [hmacKey])).toBe(false);
    expect(verify('v1', [...keys, hmacKey])).toBe(false);
  });
});

describe('a list of notifications of Microsoft Graph', () => {
  const context = { secrets: ['one state', 'another state'], options: {}, now };
  const listOf = (states: string[]): WebhookRequest => ({
    headers: {},
    body: Buffer.from(JSON.stringify({ value: states.map((clientState) => ({ clientState })) })),
    url,
  });
  const states = Array.from({ length: 1_000 }, (_, i) => context.secrets[i % 2] ?? '');

  it('is verified within 50 ms, and each notification counts', async () => {
    const graph = named('microsoft-graph');
    expect(graph.verify(listOf(states), context)).toBe(true);
    expect(graph.verify(listOf([...states.slice(1), 'a third state']), context)).toBe(false);
    expect(graph.verify(listOf(['one state', 'a third state']), context)).toBe(false);
    expect(await cpuTimeOf(() => graph.verify(listOf(states), context))).toBeLessThan(50);
  });
});

function bytesOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
}

describe('an explanation', () => {
  it('lets other work run between its trials', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await explainRefusal(named('hmac'), form(Buffer.from('a=1')), { secrets: ['a secret'], options: hmacForm, now });
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(20);
  });
});
