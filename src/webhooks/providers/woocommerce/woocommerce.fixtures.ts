import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = (topic: string, delivery: string): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'WooCommerce/10.3.5 Hookshot (WordPress/6.8.3)',
  'x-wc-webhook-source': 'https://octo-mugs.example.com/',
  'x-wc-webhook-topic': topic,
  'x-wc-webhook-resource': topic.split('.')[0] ?? '',
  'x-wc-webhook-event': topic.split('.')[1] ?? '',
  'x-wc-webhook-id': '5',
  'x-wc-webhook-delivery-id': delivery,
});

const TOPICS = [
  ...['coupon', 'order', 'product'].flatMap((thing) =>
    ['created', 'updated', 'deleted', 'restored'].map((event) => `${thing}.${event}`),
  ),
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'action.woocommerce_add_to_cart',
];

export const fixtures: ProviderFixtures = {
  secrets: ['4hY9qT2wVx7K Zb3 %&/()=?', 'Zb3-K7xVw2Tq9Yh4-tidings'],
  examples: [
    {
      name: 'an order',
      headers: headers('order.created', '0fa5fd6c2a3e4b5c6d7e8f9a0b1c2d3e'),
      body: JSON.stringify({
        id: 1042,
        parent_id: 0,
        status: 'processing',
        currency: 'EUR',
        version: '10.3.5',
        date_created: '2026-11-20T13:00:00',
        total: '29.00',
        customer_id: 26,
        order_key: 'wc_order_58d2d042d1d',
        billing: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', country: 'DE' },
        number: '1042',
        line_items: [{ id: 315, name: 'Mug', product_id: 93, quantity: 2, total: '29.00' }],
      }),
      expected: {
        eventType: 'order.created',
        title: 'Order #1042 was created (29.00 EUR)',
        deliveryId: '0fa5fd6c2a3e4b5c6d7e8f9a0b1c2d3e',
      },
    },
    {
      name: 'a product that is deleted',
      headers: headers('product.deleted', '1fa5fd6c2a3e4b5c6d7e8f9a0b1c2d3f'),
      body: '{"id":93}',
      expected: { eventType: 'product.deleted', title: 'Product #93 was deleted' },
    },
  ],
  eventTypes: TOPICS.map((topic) => ({ headers: headers(topic, '1'), body: '{"id":93}' })),
  handshakes: [
    {
      name: 'the ping of a new webhook',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'webhook_id=5',
      isSigned: false,
      expected: {},
    },
  ],
  forge: (genuine, _sign, { secret }) => {
    const signed = (algorithm: string, encoding: 'hex' | 'base64') => ({
      ...genuine,
      headers: {
        ...genuine.headers,
        'x-wc-webhook-signature': createHmac(algorithm, secret).update(genuine.body).digest(encoding),
      },
    });
    return {
      'in hexadecimal digits': signed('sha256', 'hex'),
      'SHA-1': signed('sha1', 'base64'),
      MD5: signed('md5', 'base64'),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
  }),
};
