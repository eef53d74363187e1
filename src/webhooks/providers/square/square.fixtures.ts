import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = {
  'content-type': 'application/json',
  'user-agent': 'Square Connect v2',
  'square-environment': 'Production',
  'square-initial-delivery-timestamp': '2026-11-20T11:59:58Z',
};

const bodyOf = (type: string, data: object, event_id = '6a8f5f28-54a1-4eb0-a98a-3111513fd4fc') =>
  JSON.stringify({ merchant_id: '6SSW7HV8K2ST5', type, event_id, created_at: '2026-11-20T11:59:57Z', data });

/** https://developer.squareup.com/docs/webhooks/v2webhook-events-tech-ref */
const EVENTS = [
  'payment.created payment.updated refund.created refund.updated order.created order.updated order.fulfillment.updated',
  'customer.created customer.updated customer.deleted invoice.created invoice.published invoice.updated invoice.canceled',
  'invoice.payment_made invoice.refunded invoice.scheduled_charge_failed invoice.deleted dispute.created dispute.state.updated',
  'booking.created booking.updated catalog.version.updated inventory.count.updated subscription.created subscription.updated',
  'loyalty.account.created loyalty.account.updated loyalty.account.deleted gift_card.created gift_card.updated payout.sent',
  'payout.paid payout.failed card.created card.updated card.disabled card.forgotten bank_account.created bank_account.verified',
  'bank_account.disabled device.code.paired location.created location.updated labor.timecard.created team_member.created',
  'team_member.updated terminal.checkout.created terminal.checkout.updated vendor.created vendor.updated oauth.authorization.revoked',
].flatMap((line) => line.split(' '));

export const fixtures: ProviderFixtures = {
  secrets: ['sMW0bQf3nZ1xR8tVw2yKpA', 'tNX1cRg4oA2yS9uWx3zLqB'],
  examples: [
    {
      name: 'a payment',
      headers,
      body: bodyOf('payment.updated', {
        type: 'payment',
        id: 'KkAkhdMsgzn59SM8A89WgKwekxLZY',
        object: {
          payment: {
            id: 'KkAkhdMsgzn59SM8A89WgKwekxLZY',
            amount_money: { amount: 2000, currency: 'USD' },
            status: 'COMPLETED',
            source_type: 'CARD',
            location_id: 'S8GWD5R9QB376',
          },
        },
      }),
      expected: {
        eventType: 'payment.updated',
        title: 'Payment KkAkhdMsgzn59SM8A89WgKwekxLZY was updated for 20.00 USD',
        deliveryId: '6a8f5f28-54a1-4eb0-a98a-3111513fd4fc',
      },
    },
    {
      name: 'a new customer',
      headers,
      body: bodyOf(
        'customer.created',
        { type: 'customer', id: 'MPDAR9M6Y56F', object: { customer: {} } },
        '0b1c2d3e-4f50-4617-8283-94a5b6c7d8e9',
      ),
      expected: {
        eventType: 'customer.created',
        title: 'Customer MPDAR9M6Y56F was created',
        deliveryId: '0b1c2d3e-4f50-4617-8283-94a5b6c7d8e9',
      },
    },
  ],
  eventTypes: EVENTS.map((type) => ({ headers, body: bodyOf(type, {}) })),
  sign: (body, _headers, { secret, url }) => ({
    'x-square-hmacsha256-signature': createHmac('sha256', secret).update(url).update(body).digest('base64'),
  }),
  forge(genuine, sign, { secret }) {
    const made = (algorithm: string, ...parts: (string | Buffer)[]) =>
      createHmac(algorithm, secret)
        .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
        .digest('base64');
    const name = 'x-square-hmacsha256-signature';
    const of = (value: string) => ({ ...genuine, headers: { ...genuine.headers, [name]: value } });
    return {
      'another path': { ...genuine, url: genuine.url.replace('k3y', 'k4y') },
      'another host': { ...genuine, url: genuine.url.replace('tidings', 'evil') },
      'a query appended': { ...genuine, url: `${genuine.url}&x=1` },
      'signed for another URL': { ...sign({ url: 'https://evil.example/' }), url: genuine.url },
      'the body alone': of(made('sha256', genuine.body)),
      'the body before the URL': of(made('sha256', genuine.body, genuine.url)),
      'SHA-1, as Square once signed': of(made('sha1', genuine.url, genuine.body)),
      'the old header alone': {
        ...genuine,
        headers: { 'x-square-signature': made('sha1', genuine.url, genuine.body) },
      },
    };
  },
};
