import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';
import { forgedHashes } from '../forged-hashes.fixtures.js';

const HEADER = 'x-mollie-signature';
const headers = { 'content-type': 'application/json', 'user-agent': 'Mollie HTTP client/1.0' };

const event = (id: string, type: string, entityId: string, fields: object = {}) => ({
  resource: 'event',
  id,
  type,
  entityId,
  createdAt: '2026-11-20T11:59:58.0Z',
  ...fields,
  _links: {
    self: { href: `https://api.mollie.com/v2/events/${id}`, type: 'application/hal+json' },
    documentation: { href: 'https://docs.mollie.com/guides/webhooks', type: 'text/html' },
  },
});

const TYPES = `payment.authorized payment.canceled payment.expired payment.failed payment.paid payment.pending
payment-link.paid balance-transaction.created business-account-transfer.requested business-account-transfer.initiated
business-account-transfer.pending-review business-account-transfer.processed business-account-transfer.failed
business-account-transfer.blocked business-account-transfer.returned payout.initiated payout.processing-at-bank
payout.completed payout.failed payout.canceled sales-invoice.created sales-invoice.issued sales-invoice.paid
sales-invoice.canceled connect-balance-transfer.failed connect-balance-transfer.succeeded dispute.created dispute.updated
dispute.resolved file.accepted file.failed file.rejected profile.created profile.verified profile.blocked profile.deleted
unmatched-credit-transfer.received unmatched-credit-transfer.matched unmatched-credit-transfer.returned
unmatched-credit-transfer.expired refund.requested capture.succeeded chargeback.received`.split(/\s+/);

const hmac = (secret: string, content: string | Buffer) => createHmac('sha256', secret).update(content).digest('hex');

export const fixtures: ProviderFixtures = {
  secrets: ['8vT7mK4nB9wZ1cR6yL3dFq8X2aE5gH0j', 'j0Hg5Ea2X8qFd3Ly6Rc1Zw9Bn4Km7Tv8'],
  lists: [HEADER],
  examples: [
    {
      name: 'a paid payment link with its snapshot',
      headers,
      body: JSON.stringify(
        event('event_GvJ8WHrp5isUdRub9CJyH', 'payment-link.paid', 'pl_qng5gbbv8NAZ5gpM5ZYgx', {
          _embedded: {
            entity: {
              resource: 'payment-link',
              id: 'pl_qng5gbbv8NAZ5gpM5ZYgx',
              mode: 'live',
              description: 'Bicycle tires (Größe 28)',
              amount: { currency: 'EUR', value: '24.95' },
              profileId: 'pfl_D96wnsu869',
            },
          },
        }),
      ),
      expected: {
        eventType: 'payment-link.paid',
        title: 'Payment link pl_qng5gbbv8NAZ5gpM5ZYgx was paid for 24.95 EUR',
        deliveryId: 'event_GvJ8WHrp5isUdRub9CJyH',
      },
    },
    {
      name: 'a payout without a snapshot',
      headers,
      body: JSON.stringify(event('event_HwK9XIsq6jtVeSvc0DKzI', 'payout.failed', 'po_4KgGJJSZpH')),
      expected: { eventType: 'payout.failed', title: 'Payout po_4KgGJJSZpH failed' },
    },
  ],
  eventTypes: TYPES.map((type) => ({ headers, body: JSON.stringify({ resource: 'event', type }) })),
  sign: (body, _headers, { secret }) => ({ [HEADER]: `sha256=${hmac(secret, body)}` }),
  forge(genuine, _sign, { secret }) {
    const good = genuine.headers[HEADER] ?? '';
    const of = (value: string) => ({ ...genuine, headers: { ...headers, [HEADER]: value } });
    const wrong = `sha256=${'ab'.repeat(32)}`;
    return {
      ...forgedHashes(genuine, { header: HEADER, secret, prefix: 'sha256=' }),
      'without the prefix': of(good.replace('sha256=', '')),
      'another prefix': of(good.replace('sha256', 'sha512')),
      'several, none of them right': of([wrong, wrong].join(', ')),
      'twelve, the last one right': of([...Array.from({ length: 11 }, () => wrong), good].join(', ')),
      'the classic webhook': { ...genuine, headers: {}, body: Buffer.from('id=tr_d0b0E3EA3v') },
      'the signature of the id alone': of(`sha256=${hmac(secret, 'event_GvJ8WHrp5isUdRub9CJyH')}`),
    };
  },
};
