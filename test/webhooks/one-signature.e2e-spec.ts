import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';

import { fixtures as adyen } from '../../src/webhooks/providers/adyen/adyen.fixtures.js';
import { signedRequest } from '../../src/webhooks/providers/fixtures.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import type { Schemas } from '../support/api.js';
import { makeSource, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings.stop());

const FORM = 'application/x-www-form-urlencoded';
const sha1 = (secret: string, text: string) => createHmac('sha1', secret).update(text).digest('base64');

/** Sends the bodies one after another. @returns their statuses, and how many deliveries the source has then */
async function outcomeOf({ id, url }: TestSource, headers: Record<string, string>, bodies: readonly string[]) {
  const statuses: number[] = [];
  for (const body of bodies) statuses.push((await fetch(url, { method: 'POST', headers, body })).status);
  const path = `/v1/workspaces/${tidings.workspaceId}/deliveries?sourceId=${id}`;
  const { body } = await tidings.api.get<{ items: Schemas['Delivery'][] }>(path);
  return { statuses, deliveries: body.items.length };
}

describe('one captured signature', () => {
  it('of Mandrill makes one delivery, however its form is escaped', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'mandrill' });
    const events = JSON.stringify([{ event: 'send', _id: 'abc', ts: 1_700_000_000, msg: { email: 'a@b.test' } }]);
    const signature = sha1(source.secret, `${source.url}mandrill_events${events}`);
    const genuine = `mandrill_events=${encodeURIComponent(events)}`;
    const bodies = [
      genuine,
      genuine,
      genuine.replaceAll(/%../g, (escape) => escape.toLowerCase()),
      genuine.replace('send', '%73end'),
      genuine.replace('send', '%73%65nd'),
    ];
    const headers = { 'content-type': FORM, 'x-mandrill-signature': signature };
    expect(await outcomeOf(source, headers, bodies)).toEqual({ statuses: bodies.map(() => 200), deliveries: 1 });
    const other = JSON.stringify([{ event: 'open', _id: 'abc' }]);
    const signed = sha1(source.secret, `${source.url}mandrill_events${other}`);
    const body = `mandrill_events=${encodeURIComponent(other)}`;
    expect(await outcomeOf(source, { ...headers, 'x-mandrill-signature': signed }, [body])).toEqual({
      statuses: [200],
      deliveries: 2,
    });
  });

  it.each<[string, Record<string, string>]>([
    ['without an id', {}],
    ['with an id', { 'i-twilio-idempotency-token': 'f4f5a0b1' }],
  ])('of Twilio makes one delivery in any order and with any escapes, %s', async (_kind, id) => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'twilio' });
    const signature = sha1(source.secret, `${source.url}FromaMessageSidSM1MessageStatussent`);
    const bodies = [
      'MessageSid=SM1&MessageStatus=sent&From=a',
      'MessageSid=SM1&MessageStatus=sent&From=a',
      'From=a&MessageSid=SM1&MessageStatus=sent',
      'From=%61&MessageSid=SM1&MessageStatus=sent',
    ];
    const headers = { 'content-type': FORM, 'x-twilio-signature': signature, ...id };
    expect(await outcomeOf(source, headers, bodies)).toEqual({ statuses: bodies.map(() => 200), deliveries: 1 });
  });

  it('of an item of Adyen makes one delivery: other unsigned fields repeat it, and copies of it are refused', async () => {
    const [secret = ''] = adyen.secrets;
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'adyen', secrets: [secret] });
    const [example] = adyen.examples;
    if (example === undefined) throw new Error('Adyen has no example.');
    const context = { secret, now: new Date(), url: source.url, options: {} };
    const { headers, body } = signedRequest(adyen, example, context);
    const genuine = body.toString();
    const forged = genuine.replace('033899', 'forged');
    const { live, notificationItems } = JSON.parse(forged) as { live: string; notificationItems: object[] };
    const copies = [2, 3, 100].map((count) =>
      JSON.stringify({ live, notificationItems: Array.from({ length: count }, () => notificationItems[0]) }),
    );
    const sent = headers as Record<string, string>;
    expect(await outcomeOf(source, sent, [genuine, genuine, forged, ...copies])).toEqual({
      statuses: [200, 200, 200, 401, 401, 401],
      deliveries: 1,
    });
  });
});
