import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { provider as gitlab } from './gitlab/gitlab.provider.js';
import { provider as hmac } from './hmac/hmac.provider.js';
import { provider as netlify } from './netlify/netlify.provider.js';
import { provider as open } from './open/open.provider.js';
import type { WebhookRequest } from './provider.js';
import { provider as shopify } from './shopify/shopify.provider.js';
import { provider as slack } from './slack/slack.provider.js';
import { provider as twilio } from './twilio/twilio.provider.js';

const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y';

function request(headers: Record<string, string>, body = '{}', address = url): WebhookRequest {
  return { headers, body: Buffer.from(body), url: address };
}

describe('GitLab', () => {
  const body = '{"object_kind":"push"}';

  it('passes with a plain secret token, the current or the next one', () => {
    const secrets = ['old token', 'new token'];
    for (const token of secrets) {
      expect(gitlab.verify(request({ 'x-gitlab-token': token }), { secrets, options: {}, now })).toBe(true);
    }
    for (const token of ['old toke', 'old token ', 'OLD TOKEN', 'retired', '']) {
      expect(gitlab.verify(request({ 'x-gitlab-token': token }), { secrets, options: {}, now })).toBe(false);
    }
  });

  it('declares the header that must not be stored', () => {
    expect(gitlab.secretHeaders).toEqual(['x-gitlab-token']);
  });

  it('never uses a plain token as a signing key', () => {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signature = createHmac('sha256', Buffer.from('abcd', 'base64'))
      .update(`1.${timestamp}.${body}`)
      .digest('base64');
    const headers = { 'webhook-id': '1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    expect(gitlab.verify(request(headers, body), { secrets: ['whsec_abcd'], options: {}, now })).toBe(true);
    expect(gitlab.verify(request(headers, body), { secrets: ['abcd'], options: {}, now })).toBe(false);
  });

  it('distinguishes hooks that trigger each other and share an event UUID', () => {
    const headers = { 'x-gitlab-event-uuid': 'b8f3' };
    const id = gitlab.deliveryId(request(headers, body), { options: {} });
    expect(id).toBe(gitlab.deliveryId(request(headers, body), { options: {} }));
    expect(id).not.toBe(gitlab.deliveryId(request(headers, '{"object_kind":"note"}'), { options: {} }));
  });
});

describe("Slack's URL verification", () => {
  it('gets its challenge back', () => {
    const body = JSON.stringify({ type: 'url_verification', token: 'x', challenge: '3eZbrw1a' });
    expect(slack.handshake?.(request({}, body), { secrets: [], options: {} })).toEqual({
      contentType: 'text/plain; charset=utf-8',
      body: '3eZbrw1a',
    });
  });

  it.each([
    ['an event', '{"type":"event_callback","challenge":"x"}'],
    ['a challenge that is no text', '{"type":"url_verification","challenge":{"a":1}}'],
    ['no JSON', 'type=url_verification&challenge=x'],
  ])('is not detected in %s', (_name, body) => {
    expect(slack.handshake?.(request({}, body), { secrets: [], options: {} })).toBeUndefined();
  });
});

describe('Twilio', () => {
  const form = 'From=%2B14155550100&Body=hi';

  function signed(address: string): string {
    return createHmac('sha1', 'token').update(`${address}BodyhiFrom+14155550100`).digest('base64');
  }

  it.each([
    ['https://a.example/x', 'https://a.example:443/x'],
    ['https://a.example:443/x', 'https://a.example/x'],
    ['http://127.0.0.1:3000/x', 'http://127.0.0.1/x'],
    ['http://127.0.0.1:3000/x', 'http://127.0.0.1:3000/x'],
    ['https://[::1]:8443/x?y=a:1@b', 'https://[::1]/x?y=a:1@b'],
  ])('calling %s passes with a signature for %s', (called, signedAddress) => {
    const given = request({ 'x-twilio-signature': signed(signedAddress) }, form, called);
    expect(twilio.verify(given, { secrets: ['token'], options: {}, now })).toBe(true);
  });

  it('signs every distinct value of a repeated field, sorted', () => {
    const signature = createHmac('sha1', 'token').update(`${url}MediaaMediab`).digest('base64');
    const given = request({ 'x-twilio-signature': signature }, 'Media=b&Media=a&Media=b');
    expect(twilio.verify(given, { secrets: ['token'], options: {}, now })).toBe(true);
  });
});

describe('the generic HMAC', () => {
  const body = 'anything';
  const secrets = ['secret'];

  it.each([
    ['sha1', 'hex', ''],
    ['sha256', 'base64', ''],
    ['sha512', 'hex', 'sha512='],
  ] as const)('is checked as its options say: %s, %s, prefix "%s"', (algorithm, encoding, prefix) => {
    const options = hmac.options?.parse({ header: 'X-Signature', algorithm, encoding, prefix }) ?? {};
    const value = createHmac(algorithm, 'secret').update(body).digest(encoding);
    const given = request({ 'x-signature': prefix + value }, body);
    expect(hmac.verify(given, { secrets, options, now })).toBe(true);
    expect(hmac.verify({ ...given, body: Buffer.from('else') }, { secrets, options, now })).toBe(false);
  });

  it('accepts upper-case digits', () => {
    const options = hmac.options?.parse({ header: 'x-signature' }) ?? {};
    const value = createHmac('sha256', 'secret').update(body).digest('hex').toUpperCase();
    expect(hmac.verify(request({ 'x-signature': value }, body), { secrets, options, now })).toBe(true);
  });

  it.each([
    ['no header', {}],
    ['a header that is none', { header: 'x signature' }],
    ['an algorithm that is too weak', { header: 'x-signature', algorithm: 'md5' }],
    ['an option that it does not know', { header: 'x-signature', encodng: 'hex' }],
  ])('rejects options with %s', (_name, options) => {
    expect(hmac.options?.safeParse(options).success).toBe(false);
    expect(hmac.verify(request({}, body), { secrets, options, now })).toBe(false);
  });

  it('does not look up headers in Object.prototype', () => {
    const options = hmac.options?.parse({ header: 'constructor', idHeader: 'constructor' }) ?? {};
    expect(hmac.verify(request({}, body), { secrets, options, now })).toBe(false);
    expect(hmac.deliveryId(request({}, body), { options })).toBeUndefined();
  });
});

describe('a delivery id', () => {
  it('of Netlify is the deploy, its state and its lock, as they are in the signed body, whatever the header says', () => {
    const idOf = (event: string, body: string) =>
      netlify.deliveryId(request({ 'x-netlify-event': event }, body), { options: {} });
    for (const event of ['deploy_created', 'deploy_locked']) {
      expect(idOf(event, '{"id":"d1","state":"ready"}')).toBe('d1:ready');
      expect(idOf(event, '{"id":"d1","state":"ready","locked":true}')).toBe('d1:ready:locked');
    }
  });

  it('of Shopify is never the bare event id, which several topics can share', () => {
    const of = (headers: Record<string, string>) => shopify.deliveryId(request(headers), { options: {} });
    expect(of({ 'x-shopify-webhook-id': 'w1', 'x-shopify-event-id': 'e1' })).toBe('w1');
    expect(of({ 'x-shopify-event-id': 'e1', 'x-shopify-topic': 'orders/paid' })).toBe('orders/paid:e1');
  });
});

describe('an open source', () => {
  it.each([
    ['', 'An empty message'],
    ['\n\n  second line first  \nthird', 'second line first'],
    ['a=b&c=d', 'a=b&c=d'],
    ['text=hello+there&x=1', 'hello there'],
    ['100% sure', '100% sure'],
    ['{"unfinished": ', '{"unfinished":'],
    ['{\n  "count": 3\n}', '{ "count": 3 }'],
    ['[1,2]', '[1,2]'],
    ['['.repeat(100_000), `${'['.repeat(199)}…`],
  ])('gives %j the title %j', (body, title) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(open.describe(request(headers, body))).toEqual({ eventType: 'message', title, url: null, sender: null });
  });
});
