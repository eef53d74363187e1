import { describe, expect, it } from '@jest/globals';
import { loadFixtures, publicationsOf } from './fixtures.js';
import { loadProviders } from './load-providers.js';
import { proofOf } from './proof-of.js';

const url = 'https://tidings.example.com/webhooks/k3y';
const providers = [...(await loadProviders()).values()];
const takingSecrets = providers.filter(({ secrets }) => secrets === 'required');
const guideOf = (name: string): string => {
  const { steps = [], secret = '' } = providers.find((one) => one.name === name)?.setup ?? {};
  return [...steps, secret].join(' ');
};

describe('the side that makes the secret', () => {
  it.each(takingSecrets)('is declared by $name', ({ secretFrom }) => {
    expect(['sender', 'receiver', 'either']).toContain(secretFrom);
  });

  it('is declared by no provider without secrets to enter', () => {
    const others = providers.filter(({ secrets }) => secrets !== 'required');
    expect(others.filter(({ secretFrom, secretAfterUrl }) => secretFrom ?? secretAfterUrl)).toEqual([]);
  });

  it.each(takingSecrets.filter(({ secretFrom }) => secretFrom === 'receiver'))(
    'is the user by the set-up steps of $name',
    ({ name }) => {
      expect(guideOf(name)).toMatch(/\byou (?:choose|enter)\b|\b(?:choose|enter) [^.]*(?:text|token|password|secret)/i);
    },
  );

  it.each(takingSecrets.filter(({ secretFrom }) => secretFrom === 'sender'))(
    'is the sender by the set-up steps of $name',
    ({ name }) => {
      expect(guideOf(name)).not.toMatch(/\byou choose it\b|\brandom text\b/i);
    },
  );

  it('shows the secret after it has the URL only if it shows one', () => {
    const late = providers.filter(({ secretAfterUrl }) => secretAfterUrl === true);
    expect(late.map(({ name }) => name)).toEqual(expect.arrayContaining(['stripe', 'square', 'pagerduty']));
    expect(late.filter(({ secretFrom }) => secretFrom === 'receiver')).toEqual([]);
  });
});

describe('a source without its secret', () => {
  it.each(takingSecrets)('answers or refuses the handshakes of $name without an error', async (provider) => {
    const fixtures = await loadFixtures(provider.name);
    const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
    for (const { method = 'POST', headers = {}, body = '' } of fixtures.handshakes ?? []) {
      const request = { method, headers, body: Buffer.from(body), url };
      const context = { secrets: [], options, publications: publicationsOf(fixtures) };
      expect(provider.unsignedHandshake?.(request, context)?.secret).toBeUndefined();
      expect(await provider.verify(request, { ...context, now: new Date() })).toBe(false);
    }
  });
});

describe('the proof of a sender', () => {
  it.each([
    ['telegram', 'token'],
    ['cloudflare', 'token'],
    ['alertmanager', 'token'],
    ['microsoft-graph', 'token'],
    ['postmark', 'password'],
    ['azure-devops', 'password'],
    ['discord', 'public-key'],
    ['sendgrid', 'public-key'],
    ['stripe', 'signature'],
  ])('of %s is a %s', (name, proof) => {
    const provider = providers.find((one) => one.name === name);
    expect(provider && proofOf(provider, {})).toBe(proof);
  });

  it.each([
    ['token', 'token'],
    ['basic', 'password'],
    ['ed25519', 'public-key'],
    ['hmac', 'signature'],
  ])('by `hmac` with the scheme %s is a %s', (scheme, proof) => {
    const provider = providers.find(({ name }) => name === 'hmac');
    expect(provider && proofOf(provider, { scheme })).toBe(proof);
  });
});
