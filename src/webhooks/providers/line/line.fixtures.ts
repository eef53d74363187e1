import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'LineBotWebhook/2.0' };
const DESTINATION = 'U1234567890abcdef1234567890abcdef';
const source = { type: 'user', userId: 'U4af4980629b1c2d3e4f5061728394a5b' };

const TYPES = `message unsend follow unfollow join leave memberJoined memberLeft postback videoPlayComplete beacon
accountLink membership things module activated deactivated botSuspended botResumed delivery aTypeToCome`.split(/\s+/);

const event = (id: string, type: string, rest: object) => ({
  type,
  ...rest,
  webhookEventId: id,
  deliveryContext: { isRedelivery: false },
  timestamp: 1763640000123,
  source,
  replyToken: 'nHuyWiB7yP5Zw52FIkcQobQuGDXCTA',
  mode: 'active',
});

export const fixtures: ProviderFixtures = {
  secrets: ['8c570fa6dd201bb328f1c1eac23a96d8', '8d69a32cae1c1f823bb102dd6af075c8'],
  examples: [
    {
      name: 'a message',
      headers,
      body: JSON.stringify({
        destination: DESTINATION,
        events: [
          event('01FZ74A0TDDPYRVKNK77XKC3ZR', 'message', {
            message: {
              type: 'text',
              id: '444573844083572737',
              quoteToken: 'q3Plxr4AgKd',
              text: 'Are you open?\nSaturday',
            },
          }),
        ],
      }),
      expected: {
        eventType: 'message',
        title: 'User U4af49806 sent a message: Are you open?',
        deliveryId: '01FZ74A0TDDPYRVKNK77XKC3ZR',
      },
    },
    {
      name: 'a batch',
      headers,
      body: JSON.stringify({
        destination: DESTINATION,
        events: [
          event('01FZ74A0TDDPYRVKNK77XKC3ZS', 'follow', { follow: { isUnblocked: false } }),
          event('01FZ74A0TDDPYRVKNK77XKC3ZT', 'message', { message: { type: 'image', id: '444573844083572738' } }),
        ],
      }),
      expected: {
        eventType: 'follow',
        title: 'User U4af49806 added the account as a friend and 1 more',
        deliveryId: '01FZ74A0TDDPYRVKNK77XKC3ZS',
      },
    },
  ],
  eventTypes: TYPES.map((type) => ({ headers, body: JSON.stringify({ events: [event('1', type, {})] }) })),
  handshakes: [
    {
      name: 'the verification from the console',
      headers,
      body: JSON.stringify({ destination: DESTINATION, events: [] }),
      isSigned: true,
      expected: {},
    },
  ],
  forge: (genuine, _sign, { secret }) => {
    const signed = (algorithm: string, encoding: 'hex' | 'base64') => ({
      ...genuine,
      headers: { ...headers, 'x-line-signature': createHmac(algorithm, secret).update(genuine.body).digest(encoding) },
    });
    return {
      'in hexadecimal digits': signed('sha256', 'hex'),
      'SHA-1': signed('sha1', 'base64'),
      'SHA-512': signed('sha512', 'base64'),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-line-signature': createHmac('sha256', secret).update(body).digest('base64'),
  }),
};
