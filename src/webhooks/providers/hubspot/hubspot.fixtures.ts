import { createHash, createHmac } from 'node:crypto';

import type { ProviderFixtures, SignedRequest, SigningContext } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'HubSpot Connect 2.0 (http://dev.hubspot.com/)' };
const common = { portalId: 62515, appId: 54321, attemptNumber: 0, changeSource: 'CRM_UI', sourceId: 'userId:9603417' };

const OBJECTS = ['contact', 'company', 'deal', 'ticket', 'product', 'line_item', 'object'];
const ACTIONS = ['creation', 'deletion', 'merge', 'restore', 'associationChange', 'propertyChange'];
const TYPES = [
  ...OBJECTS.flatMap((object) => ACTIONS.map((action) => `${object}.${action}`)),
  ...['creation', 'deletion', 'privacyDeletion', 'propertyChange', 'newMessage'].map(
    (action) => `conversation.${action}`,
  ),
  'contact.privacyDeletion',
];

/** The plain hashes that HubSpot sends too. */
function olderSignatures(genuine: SignedRequest, { secret, url }: SigningContext) {
  return {
    'the hash of version 1': {
      ...genuine,
      headers: {
        ...headers,
        'x-hubspot-signature-version': 'v1',
        'x-hubspot-signature': createHash('sha256').update(secret).update(genuine.body).digest('hex'),
      },
    },
    'the hash of version 2': {
      ...genuine,
      headers: {
        ...headers,
        'x-hubspot-signature-version': 'v2',
        'x-hubspot-signature': createHash('sha256').update(`${secret}POST${url}`).update(genuine.body).digest('hex'),
      },
    },
  };
}

export const fixtures: ProviderFixtures = {
  secrets: ['2f8c1b7a-6d5e-4c3b-a190-8f7e6d5c4b3a', '3b4c5d6e-7f80-41a2-b3c4-e5d6a7b1c8f2'],
  examples: [
    {
      name: 'a batch of two changes',
      headers,
      body: JSON.stringify([
        {
          ...common,
          eventId: 1191,
          subscriptionId: 25,
          occurredAt: 1763640000123,
          subscriptionType: 'contact.propertyChange',
          objectId: 4217,
          propertyName: 'lifecyclestage',
          propertyValue: 'customer',
        },
        {
          ...common,
          eventId: 1192,
          subscriptionId: 26,
          occurredAt: 1763640000456,
          subscriptionType: 'deal.creation',
          objectId: 4218,
          changeFlag: 'CREATED',
        },
      ]),
      expected: {
        eventType: 'contact.propertyChange',
        title: 'Lifecyclestage of contact 4217 was changed to customer and 1 more',
        deliveryId: '25:1191:1763640000123',
      },
    },
    {
      name: 'a contact',
      headers,
      body: JSON.stringify([
        {
          ...common,
          eventId: 1193,
          subscriptionId: 27,
          occurredAt: 1763640060789,
          subscriptionType: 'contact.creation',
          objectId: 4219,
          changeFlag: 'CREATED',
        },
      ]),
      expected: {
        eventType: 'contact.creation',
        title: 'Contact 4219 was created',
        deliveryId: '27:1193:1763640060789',
      },
    },
    {
      name: 'a request of a workflow',
      headers,
      body: JSON.stringify({ vid: 4219, 'portal-id': 62515, properties: { email: { value: 'ada@example.com' } } }),
      expected: { eventType: 'workflow', title: 'A workflow of HubSpot sent a request' },
    },
  ],
  eventTypes: TYPES.map((type) => ({ headers, body: JSON.stringify([{ subscriptionType: type, objectId: 12 }]) })),
  forge(genuine, sign, context) {
    const { secret, now, url } = context;
    const at = (offset: number) => sign({ now: new Date(now.getTime() + offset * 1000) });
    const time = String(now.getTime());
    const digest = (...pieces: (string | Buffer)[]) => {
      const hmac = createHmac('sha256', secret);
      for (const piece of pieces) hmac.update(piece);
      return hmac.digest('base64');
    };
    const signed = (signature: string, timestamp = time) => ({
      ...genuine,
      headers: { ...headers, 'x-hubspot-request-timestamp': timestamp, 'x-hubspot-signature-v3': signature },
    });
    const good = digest('POST', url, genuine.body, time);
    const seconds = time.slice(0, -3);
    return {
      'a second too old': at(-301),
      'a second too new': at(301),
      'a millisecond later': signed(good, String(now.getTime() + 1)),
      'a time in seconds': signed(digest('POST', url, genuine.body, seconds), seconds),
      'another method': { ...genuine, method: 'PUT' },
      'another path': { ...genuine, url: url.replace('k3y', 'k4y') },
      'another host': { ...genuine, url: url.replace('tidings', 'evil') },
      'no query': { ...genuine, url: url.replace(/\?.*/, '') },
      'the body alone': signed(digest(genuine.body)),
      ...olderSignatures(genuine, context),
    };
  },
  sign(body, _headers, { secret, now, url }) {
    const timestamp = String(now.getTime());
    const signature = createHmac('sha256', secret).update(`POST${url}`).update(body).update(timestamp).digest('base64');
    return { 'x-hubspot-request-timestamp': timestamp, 'x-hubspot-signature-v3': signature };
  },
};
