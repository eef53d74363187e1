import { describe, expect, it } from '@jest/globals';
import { createHash, createHmac } from 'node:crypto';
import type { WebhookRequest } from '../provider.js';
import { provider } from './twilio.provider.js';

const secret = '2f8c1b7a6d5e4c3b2a1908f7e6d5c4b3';
const context = { secrets: [secret], options: {}, now: new Date() };
const address = 'https://tidings.example.com/webhooks/k3y';
const query = 'CallSid=CA01&From=%2B14155550100&To=%2B14155550199&CallStatus=ringing&Tag=a%20b';

const sign = (text: string) => createHmac('sha1', secret).update(text).digest('base64');

function get(url: string, signed = url): WebhookRequest {
  const body = Buffer.from(url.split('?').slice(1).join('?'));
  return { method: 'GET', headers: { 'x-twilio-signature': sign(signed) }, body, url };
}

describe('a webhook of Twilio by GET', () => {
  it('is verified by its URL with the query, with and without the port', () => {
    expect(provider.verify(get(`${address}?${query}`), context)).toBe(true);
    const withPort = `${address.replace('.com/', '.com:443/')}?${query}`;
    expect(provider.verify(get(`${address}?${query}`, withPort), context)).toBe(true);
  });

  it('is verified with the query of the source in front', () => {
    expect(provider.verify(get(`${address}?tenant=7&${query}`), context)).toBe(true);
  });

  it('is described by its query', () => {
    expect(provider.describe(get(`${address}?${query}`))).toMatchObject({
      eventType: 'call.ringing',
      title: 'Call from +14155550100 to +14155550199 ringing',
      sender: '+14155550100',
    });
  });

  const genuine = get(`${address}?${query}`);
  const at = (url: string): WebhookRequest => ({ ...get(url), headers: genuine.headers });
  const body = Buffer.from(query);
  const form = { ...genuine.headers, 'content-type': 'application/x-www-form-urlencoded' };
  const signedForm = `${address}CallSidCA01CallStatusringingFrom+14155550100Taga bTo+14155550199`;

  it.each<[string, WebhookRequest]>([
    ['another value', at(`${address}?${query.replace('ringing', 'busy')}`)],
    ['a parameter more', at(`${address}?${query}&x=1`)],
    ['a parameter less', at(`${address}?${query.replace('CallSid=CA01&', '')}`)],
    ['the parameters in another order', at(`${address}?${query.split('&').toReversed().join('&')}`)],
    ['another escape', at(`${address}?${query.replace('%20', '+')}`)],
    ['no query', at(address)],
    ['another source', at(`${address.replace('k3y', 'k4y')}?${query}`)],
    ['another host', at(`${address.replace('tidings', 'evil')}?${query}`)],
    ['another scheme', at(`${address.replace('https', 'http')}?${query}`)],
    ['no signature', { ...genuine, headers: {} }],
    ['an empty signature', { ...genuine, headers: { 'x-twilio-signature': '' } }],
    ['a doubled signature', { ...genuine, headers: { 'x-twilio-signature': sign(genuine.url).repeat(2) } }],
    ['the signature of the address alone', get(`${address}?${query}`, address)],
    ['the signature of a form with the same parameters', get(`${address}?${query}`, signedForm)],
    ['the parameters signed once more', get(`${address}?${query}`, signedForm.replace(address, `${address}?${query}`))],
    ['the URL of a GET in a POST with these parameters', { method: 'POST', headers: form, body, url: address }],
    ['a POST with these parameters to the same URL', { method: 'POST', headers: form, body, url: genuine.url }],
    [
      'a hash of the query that is not signed',
      at(`${address}?${query}&bodySHA256=${createHash('sha256').update(query).digest('hex')}`),
    ],
  ])('is refused with %s', (_name, forged) => {
    expect(provider.verify(forged, context)).toBe(false);
  });
});
