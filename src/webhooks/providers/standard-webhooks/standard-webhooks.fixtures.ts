import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

export const fixtures: ProviderFixtures = {
  secrets: ['whsec_6LwWPILu4YczKIx9SsY22zpt6wE+8tN7aDIr4g7cRcw=', 'whsec_rTKIRqoYsyozWBY3RRHKwQY8cEuMV5meUdqfkIKQp6Q='],
  examples: [
    {
      name: 'an invoice',
      headers: { 'content-type': 'application/json', 'webhook-id': 'msg_3NovInvoice1042PaidByOcto' },
      body: JSON.stringify({
        type: 'invoice.paid',
        timestamp: '2026-11-20T20:26:10.344522Z',
        data: { id: 'inv_1042', name: 'November, Octo Inc.', amount: 4200 },
      }),
      expected: {
        eventType: 'invoice.paid',
        title: 'invoice.paid: November, Octo Inc.',
        deliveryId: 'msg_3NovInvoice1042PaidByOcto',
      },
    },
    {
      name: 'a contact, sent by way of Svix',
      headers: { 'content-type': 'application/json', 'svix-id': 'msg_3NovContactCreatedBySvix0' },
      body: JSON.stringify({ type: 'contact.created', data: { id: 'con_7731' } }),
      expected: {
        eventType: 'contact.created',
        title: 'contact.created: con_7731',
        deliveryId: 'msg_3NovContactCreatedBySvix0',
      },
    },
  ],
  vectors: [
    {
      origin: 'standardwebhooks 1.1.1',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1763683200',
        'webhook-signature': 'v1,GYk8X5HXJr8yesOIkXSfUr3iMzZOkNoqXaGwNoEqAOw=',
      },
      body: '{"type":"invoice.paid"}',
      at: '2025-11-21T00:00:00Z',
    },
  ],
  sign(body, headers, { secret, now }) {
    const prefix = headers['svix-id'] === undefined ? 'webhook' : 'svix';
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const hmac = createHmac('sha256', key)
      .update(`${headers[`${prefix}-id`]}.${timestamp}.`)
      .update(body);
    return { [`${prefix}-timestamp`]: timestamp, [`${prefix}-signature`]: `v1,${hmac.digest('base64')}` };
  },
};
