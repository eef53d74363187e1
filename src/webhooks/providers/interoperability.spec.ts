import { generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

import { type ProviderFixtures, signedRequest } from './fixtures.js';
import { provider as github } from './github/github.provider.js';
import { fixtures as gitlabFixtures } from './gitlab/gitlab.fixtures.js';
import { provider as gitlab } from './gitlab/gitlab.provider.js';
import { provider as slack } from './slack/slack.provider.js';
import { fixtures as standardFixtures } from './standard-webhooks/standard-webhooks.fixtures.js';
import { provider as standard } from './standard-webhooks/standard-webhooks.provider.js';
import { fixtures as stripeFixtures } from './stripe/stripe.fixtures.js';
import { provider as stripe } from './stripe/stripe.provider.js';
import { provider as twilio } from './twilio/twilio.provider.js';

const now = new Date();
const seconds = Math.floor(now.getTime() / 1000);
const url = 'https://tidings.example.com/webhooks/k3y';
const stripeClient = new Stripe('sk_test_unused');

/** The first example, signed by the provider's fixtures. */
function ours(fixtures: ProviderFixtures) {
  const [example] = fixtures.examples;
  const [secret] = fixtures.secrets;
  if (!example || !secret) throw new Error('The provider has no example.');
  const request = signedRequest(fixtures, example, { secret, now, url, options: {} });
  return { ...request, secret, text: request.body.toString() };
}

describe("Stripe's library", () => {
  const { body, text, secret, headers } = ours(stripeFixtures);

  it('makes signatures that pass, but not with a changed byte', () => {
    const header = stripeClient.webhooks.generateTestHeaderString({ payload: text, secret, timestamp: seconds });
    const context = { secrets: [secret], options: {}, now };
    expect(stripe.verify({ headers: { 'stripe-signature': header }, body, url }, context)).toBe(true);
    const changed = Buffer.from(text.replace('2000', '9000'));
    expect(stripe.verify({ headers: { 'stripe-signature': header }, body: changed, url }, context)).toBe(false);
  });

  it('accepts the signatures of the fixtures', () => {
    const event = stripeClient.webhooks.constructEvent(text, headers['stripe-signature'] ?? '', secret);
    expect(event.type).toBe('payment_intent.succeeded');
  });

  it('makes signatures with an old and a new secret that both pass', () => {
    const one = stripeClient.webhooks.generateTestHeaderString({ payload: text, secret, timestamp: seconds });
    const two = stripeClient.webhooks.generateTestHeaderString({
      payload: text,
      secret: 'whsec_x',
      timestamp: seconds,
    });
    const request = { headers: { 'stripe-signature': `${one},${two.split(',')[1]}` }, body, url };
    expect(stripe.verify(request, { secrets: ['whsec_x'], options: {}, now })).toBe(true);
    expect(stripe.verify(request, { secrets: [secret], options: {}, now })).toBe(true);
    expect(stripe.verify(request, { secrets: ['whsec_y'], options: {}, now })).toBe(false);
  });
});

describe('the Standard Webhooks library', () => {
  it.each([
    ['standard-webhooks', standard, standardFixtures],
    ['gitlab', gitlab, gitlabFixtures],
  ] as const)('signs what %s accepts, and accepts what we sign', (_name, provider, fixtures) => {
    const { body, text, secret, headers } = ours(fixtures);
    const library = new Webhook(secret);
    const signed = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,AAAA ${library.sign('msg_1', new Date(seconds * 1000), text)}`,
    };
    const context = { secrets: [secret], options: {}, now };
    expect(provider.verify({ headers: signed, body, url }, context)).toBe(true);
    expect(provider.verify({ headers: { ...signed, 'webhook-id': 'msg_2' }, body, url }, context)).toBe(false);
    expect(library.verify(text, { ...headers })).toEqual(JSON.parse(text));
  });
});

describe('an asymmetric Standard Webhooks signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const body = Buffer.from('{"type":"invoice.paid"}');
  const signature = sign(null, Buffer.from(`msg_1.${seconds}.${body.toString()}`), privateKey).toString('base64');
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,AAAA v1a,${signature}`,
  };
  const context = { secrets: [`whpk_${raw.toString('base64')}`], options: {}, now };

  it('passes with the public key of the sender', async () => {
    expect(await standard.verify({ headers, body, url }, context)).toBe(true);
  });

  it('is rejected as the last of eleven signatures', async () => {
    const wrong = `v1a,${Buffer.alloc(64, 7).toString('base64')}`;
    const listOf = (count: number) => [...Array.from({ length: count - 1 }, () => wrong), `v1a,${signature}`].join(' ');
    const given = (count: number) => ({ headers: { ...headers, 'webhook-signature': listOf(count) }, body, url });
    expect(await standard.verify(given(10), context)).toBe(true);
    expect(await standard.verify(given(11), context)).toBe(false);
  });

  it('is rejected for another body, another key, as v1, and with an invalid key', async () => {
    expect(await standard.verify({ headers, body: Buffer.from('{}'), url }, context)).toBe(false);
    const asSymmetric = { ...headers, 'webhook-signature': `v1,${signature}` };
    expect(await standard.verify({ headers: asSymmetric, body, url }, context)).toBe(false);
    for (const key of [Buffer.alloc(32, 1), Buffer.alloc(31), Buffer.alloc(0)]) {
      const secrets = [`whpk_${key.toString('base64')}`];
      expect(await standard.verify({ headers, body, url }, { ...context, secrets })).toBe(false);
    }
  });
});

/** Examples from the senders' documentation. */
describe('the published example', () => {
  it('of GitHub passes', () => {
    const headers = {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    };
    const request = { headers, body: Buffer.from('Hello, World!'), url };
    expect(github.verify(request, { secrets: ["It's a Secret to Everybody"], options: {}, now })).toBe(true);
  });

  it('of Slack passes at its time and is rejected today', () => {
    const body = Buffer.from(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
        '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
        '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
        '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    );
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    const secrets = ['8f742231b10e8888abcd99yyyzzz85a5'];
    const then = new Date(1531420618 * 1000);
    expect(slack.verify({ headers, body, url }, { secrets, options: {}, now: then })).toBe(true);
    expect(slack.verify({ headers, body, url }, { secrets, options: {}, now })).toBe(false);
  });

  it('of Twilio passes', () => {
    const fields = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    };
    const request = {
      headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
      body: Buffer.from(new URLSearchParams(fields).toString()),
      url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    };
    expect(twilio.verify(request, { secrets: ['12345'], options: {}, now })).toBe(true);
  });
});
