import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
};

export const fixtures: ProviderFixtures = {
  secrets: ['whsec_5f1d2e3c4b5a69788796a5b4c3d2e1f0', 'whsec_0f1e2d3c4b5a69788796a5b4c3d2e1f5'],
  examples: [
    {
      name: 'a payment that succeeded',
      headers,
      body: JSON.stringify({
        id: 'evt_3PqL2tLkdIwHu7ix0aB1c2D3',
        object: 'event',
        api_version: '2026-10-28',
        created: 1763683200,
        livemode: true,
        type: 'payment_intent.succeeded',
        data: {
          object: {
            id: 'pi_3PqL2tLkdIwHu7ix0eF4g5H6',
            object: 'payment_intent',
            amount: 2000,
            amount_received: 2000,
            currency: 'eur',
            status: 'succeeded',
          },
        },
        pending_webhooks: 1,
      }),
      expected: {
        eventType: 'payment_intent.succeeded',
        title: 'Payment intent succeeded: 20.00 EUR (pi_3PqL2tLkdIwHu7ix0eF4g5H6)',
        deliveryId: 'evt_3PqL2tLkdIwHu7ix0aB1c2D3',
      },
    },
    {
      name: 'an unpaid invoice in a currency without cents',
      headers,
      body: JSON.stringify({
        id: 'evt_1PqL9xLkdIwHu7ixJ7k8L9m0',
        object: 'event',
        created: 1763683260,
        livemode: false,
        type: 'invoice.payment_failed',
        data: { object: { id: 'in_1PqL9x', object: 'invoice', amount_due: 5400, currency: 'jpy', attempt_count: 2 } },
      }),
      expected: {
        eventType: 'invoice.payment_failed',
        title: 'Invoice payment failed: 5400 JPY (in_1PqL9x) [test]',
        deliveryId: 'evt_1PqL9xLkdIwHu7ixJ7k8L9m0',
      },
    },
  ],
  vectors: [
    {
      origin: 'stripe 23.1.0',
      secret: 'whsec_of_the_vector_of_the_library',
      headers: {
        'stripe-signature': 't=1763683200,v1=cd32b85389b677549eb8dcf9f28c80f2b297bc809c6ea05ba5aa67a417ded9ce',
      },
      body: '{"id":"evt_1","object":"event","type":"payment_intent.succeeded"}',
      at: '2025-11-21T00:00:00Z',
    },
  ],
  sign(body, _headers, { secret, now }) {
    const timestamp = Math.floor(now.getTime() / 1000);
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { 'stripe-signature': `t=${timestamp},v1=${signature}` };
  },
};
