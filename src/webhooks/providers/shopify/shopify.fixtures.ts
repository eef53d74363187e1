import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

function headers(topic: string, webhookId: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'x-shopify-topic': topic,
    'x-shopify-shop-domain': 'octo-mugs.myshopify.com',
    'x-shopify-api-version': '2026-10',
    'x-shopify-webhook-id': webhookId,
    'x-shopify-event-id': '2f7a8b9c-0d1e-4f2a-9b3c-4d5e6f7a8b02',
  };
}

export const fixtures: ProviderFixtures = {
  secrets: ['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', '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'],
  examples: [
    {
      name: 'an order',
      headers: headers('orders/create', '1e6f7a8b-9c0d-4e1f-8a2b-3c4d5e6f7a01'),
      body: JSON.stringify({
        id: 5842109463217,
        name: '#1001',
        email: 'ada@example.com',
        currency: 'EUR',
        total_price: '199.00',
        financial_status: 'paid',
        order_status_url: 'https://octo-mugs.myshopify.com/4217/orders/0a1b2c3d',
        line_items: [{ id: 14829105738, title: 'Mug', quantity: 4, price: '49.75' }],
      }),
      expected: {
        eventType: 'orders.create',
        title: 'Order #1001 created (199.00 EUR) in octo-mugs.myshopify.com',
        deliveryId: '1e6f7a8b-9c0d-4e1f-8a2b-3c4d5e6f7a01',
      },
    },
    {
      name: 'a product',
      headers: headers('products/update', '3a8b9c0d-1e2f-4a3b-8c4d-5e6f7a8b9c03'),
      body: JSON.stringify({ id: 7720164, title: 'Mug', vendor: 'Octo', status: 'active', tags: 'kitchen' }),
      expected: { eventType: 'products.update', title: 'Product Mug updated in octo-mugs.myshopify.com' },
    },
  ],
  sign: (body, _headers, { secret }) => ({
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  }),
};
