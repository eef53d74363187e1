import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Paddle' };

const bodyOf = (event_type: string, data: object) =>
  JSON.stringify({
    event_id: 'evt_01hv8x29nsh54c2pk0hhq4qgb5',
    event_type,
    occurred_at: '2026-11-20T11:59:57.240582Z',
    notification_id: `ntf_01hv8x2acma2gz7he8kg${event_type.length}`,
    data,
  });

/** https://developer.paddle.com/webhooks/overview */
const EVENTS = [
  ['transaction', 'billed canceled completed created paid past_due payment_failed ready revised updated'],
  ['subscription', 'activated canceled created imported past_due paused resumed trialing updated'],
  ['customer', 'created imported updated'],
  ['address', 'created imported updated'],
  ['business', 'created imported updated'],
  ['payment_method', 'saved deleted'],
  ['product', 'created imported updated'],
  ['price', 'created imported updated'],
  ['discount', 'created imported updated'],
  ['discount_group', 'created updated'],
  ['adjustment', 'created updated'],
  ['payout', 'created paid'],
  ['report', 'created updated'],
  ['api_key', 'created expired expiring revoked updated'],
  ['client_token', 'created revoked updated'],
];

const hmac = (algorithm: string, key: string, ...parts: (string | Buffer)[]) =>
  createHmac(algorithm, key)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest('hex');

export const fixtures: ProviderFixtures = {
  secrets: [
    'pdl_ntfset_01gkdqcj6b4t3nstbjzmqm4s0k_3hVfFkqUJrB4yFvH',
    'pdl_ntfset_01gkdqcj6b4t3nstbjzmqm4s0k_9xQzLmWpTcN2sDgK',
  ],
  lists: ['paddle-signature'],
  examples: [
    {
      name: 'a completed transaction',
      headers,
      body: bodyOf('transaction.completed', {
        id: 'txn_01hv8wptq8987qeep44cyrewp9',
        status: 'completed',
        customer_id: 'ctm_01hv6y1jedq4p1n0yqn5ba3ky4',
        currency_code: 'EUR',
        origin: 'web',
        details: { totals: { subtotal: '1681', tax: '319', total: '2000', currency_code: 'EUR' } },
        items: [{ price: { id: 'pri_01gsz8x8sawmvhz1pv30nge1ke' }, quantity: 1 }],
      }),
      expected: {
        eventType: 'transaction.completed',
        title: 'Transaction txn_01hv8wptq8987qeep44cyrewp9 completed for 20.00 EUR',
        deliveryId: 'ntf_01hv8x2acma2gz7he8kg21',
      },
    },
    {
      name: 'a new customer',
      headers,
      body: bodyOf('customer.created', {
        id: 'ctm_01hv6y1jedq4p1n0yqn5ba3ky4',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        status: 'active',
        marketing_consent: false,
        locale: 'en',
      }),
      expected: { eventType: 'customer.created', title: 'Customer Ada Lovelace was created' },
    },
  ],
  eventTypes: EVENTS.flatMap(([noun = '', verbs = '']) =>
    verbs.split(' ').map((verb) => ({ headers, body: bodyOf(`${noun}.${verb}`, {}) })),
  ),
  sign(body, _headers, { secret, now }) {
    const time = Math.floor(now.getTime() / 1000);
    return { 'paddle-signature': `ts=${time};h1=${hmac('sha256', secret, `${time}:`, body)}` };
  },
  forge(genuine, sign, { secret, now }) {
    const time = Math.floor(now.getTime() / 1000);
    const good = hmac('sha256', secret, `${time}:`, genuine.body);
    const of = (value: string) => ({ ...genuine, headers: { ...genuine.headers, 'paddle-signature': value } });
    return {
      'a second too old': sign({ now: new Date(now.getTime() - 301_000) }),
      'a second too new': sign({ now: new Date(now.getTime() + 301_000) }),
      'a later time': of(`ts=${time + 1};h1=${good}`),
      'two times': of(`ts=${time};ts=${time};h1=${good}`),
      'no time': of(`h1=${good}`),
      'another version': of(`ts=${time};h2=${good}`),
      'a comma in the place of the semicolon': of(`ts=${time},h1=${good}`),
      'the body alone': of(`ts=${time};h1=${hmac('sha256', secret, genuine.body)}`),
      'a dot, as Stripe has it': of(`ts=${time};h1=${hmac('sha256', secret, `${time}.`, genuine.body)}`),
      'SHA-1': of(`ts=${time};h1=${hmac('sha1', secret, `${time}:`, genuine.body)}`),
    };
  },
};
