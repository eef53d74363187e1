import { createHash, createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headersOf = (id: string) => ({
  'content-type': 'application/json',
  'user-agent': 'Razorpay-Webhook/v1',
  'x-razorpay-event-id': id,
});

const bodyOf = (event: string, payload: object) =>
  JSON.stringify({
    entity: 'event',
    account_id: 'acc_BFQ7uQEaa7j2z7',
    event,
    contains: Object.keys(payload),
    payload,
    created_at: 1763683200,
  });

/** https://razorpay.com/docs/webhooks/ */
const EVENTS = [
  'payment.authorized payment.captured payment.failed payment.dispute.created payment.dispute.won payment.dispute.lost',
  'payment.dispute.closed payment.dispute.under_review payment.dispute.action_required payment.downtime.started',
  'payment.downtime.updated payment.downtime.resolved order.paid order.notification.delivered invoice.paid',
  'order.notification.failed invoice.partially_paid invoice.expired subscription.authenticated subscription.activated',
  'subscription.charged subscription.completed subscription.updated subscription.pending subscription.halted',
  'subscription.cancelled subscription.paused subscription.resumed settlement.processed fund_account.validation.completed',
  'refund.created refund.processed refund.failed refund.speed_changed payment_link.paid payment_link.partially_paid',
  'payment_link.expired payment_link.cancelled virtual_account.created virtual_account.credited virtual_account.closed',
  'qr_code.created qr_code.credited qr_code.closed transfer.processed transfer.failed payout.processed payout.reversed',
].flatMap((line) => line.split(' '));

export const fixtures: ProviderFixtures = {
  secrets: ['a-webhook-secret-of-octo-1', 'a-webhook-secret-of-octo-2'],
  examples: [
    {
      name: 'a captured payment',
      headers: headersOf('M4a1HzMYcM3Nbx'),
      body: bodyOf('payment.captured', {
        payment: {
          entity: {
            id: 'pay_DESlfW9H8K9uqM',
            entity: 'payment',
            amount: 50_000,
            currency: 'INR',
            status: 'captured',
            order_id: 'order_DESlLckIVRkHWj',
            method: 'netbanking',
            email: 'ada@example.com',
            contact: '+919876500000',
          },
        },
      }),
      expected: {
        eventType: 'payment.captured',
        title: 'Payment pay_DESlfW9H8K9uqM was captured for 500.00 INR of ada@example.com',
        deliveryId: 'M4a1HzMYcM3Nbx',
      },
    },
    {
      name: 'a refund',
      headers: headersOf('M4a1HzMYcM3Nby'),
      body: bodyOf('refund.created', {
        refund: { entity: { id: 'rfnd_EBS2IgqhjpW3pq', entity: 'refund', amount: 1500, currency: 'INR' } },
        payment: { entity: { id: 'pay_EB3mZP0T4UF4Z5', entity: 'payment', amount: 50_000, currency: 'INR' } },
      }),
      expected: { eventType: 'refund.created', title: 'Refund rfnd_EBS2IgqhjpW3pq was created for 15.00 INR' },
    },
  ],
  eventTypes: EVENTS.map((event) => ({ headers: headersOf('x'), body: bodyOf(event, {}) })),
  sign: (body, _headers, { secret }) => ({
    'x-razorpay-signature': createHmac('sha256', secret).update(body).digest('hex'),
  }),
  forge(genuine, _sign, { secret }) {
    const of = (value: string) => ({ ...genuine, headers: { ...genuine.headers, 'x-razorpay-signature': value } });
    const made = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body);
    return {
      'SHA-1': of(made('sha1').digest('hex')),
      'SHA-512': of(made('sha512').digest('hex')),
      base64: of(made('sha256').digest('base64')),
      'with a prefix': of(`sha256=${made('sha256').digest('hex')}`),
      'a hash without a key': of(createHash('sha256').update(genuine.body).digest('hex')),
    };
  },
};
