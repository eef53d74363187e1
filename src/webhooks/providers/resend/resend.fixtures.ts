import type { ProviderFixtures } from '../fixtures.js';
import { forgeSvix, signAsSvix, svixVectors } from '../svix.fixtures.js';

const headers = (id: string): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'Svix-Webhooks/1.86.0 (sender-9YMgn; +https://www.svix.com/http-sender/)',
  'svix-id': id,
});

const email = {
  broadcast_id: '8b146471-e88e-4322-86af-016cd36fd216',
  created_at: '2026-11-20T12:00:00.894719+00:00',
  email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
  from: 'Octo Shop <shop@example.com>',
  to: ['ada@example.com'],
  subject: 'Your invoice №1042',
  tags: { category: 'invoice' },
};

const TYPES =
  'sent scheduled delivered delivery_delayed bounced complained failed opened clicked received suppressed a_state_to_come'
    .split(' ')
    .map((state) => `email.${state}`);
const OTHERS = ['contact', 'domain'].flatMap((noun) =>
  ['created', 'updated', 'deleted'].map((verb) => `${noun}.${verb}`),
);

export const fixtures: ProviderFixtures = {
  secrets: ['whsec_lZz6C8iDqWGhK85Z7CQ7nuFoQK38OlM3', 'whsec_bwpWNxRaGOxCGH9o17SEREwWGuFgGR6d'],
  examples: [
    {
      name: 'a delivered e-mail',
      headers: headers('msg_2aXtRZAJwBvFOoMhfnPnsq5s0uS'),
      body: JSON.stringify({ type: 'email.delivered', created_at: '2026-11-20T12:00:01.126Z', data: email }),
      expected: {
        eventType: 'email.delivered',
        title: 'E-mail Your invoice №1042 to ada@example.com was delivered',
        deliveryId: 'msg_2aXtRZAJwBvFOoMhfnPnsq5s0uS',
      },
    },
    {
      name: 'an e-mail that bounced',
      headers: headers('msg_2aXtS0qkLmTTZzNfYpEoWc1vB7d'),
      body: JSON.stringify({
        type: 'email.bounced',
        created_at: '2026-11-20T12:00:02.404Z',
        data: {
          ...email,
          to: ['nobody@example.com', 'ada@example.com'],
          bounce: {
            diagnosticCode: ['smtp; 550 5.1.1 user unknown'],
            message: 'The mailbox does not exist.',
            subType: 'General',
            type: 'Permanent',
          },
        },
      }),
      expected: {
        eventType: 'email.bounced',
        title: 'E-mail Your invoice №1042 to nobody@example.com and 1 more bounced: The mailbox does not exist.',
      },
    },
    {
      name: 'a new contact',
      headers: headers('msg_2aXtS4mHcVQpJf0GzR8yTb6Lw3x'),
      body: JSON.stringify({
        type: 'contact.created',
        created_at: '2026-11-20T12:00:03.000Z',
        data: {
          id: 'e169aa45-1ecf-4183-9955-b1499d5701d3',
          audience_id: '78261eea-8f8b-4381-83c6-79fa7120f1cf',
          created_at: '2026-11-20T12:00:03.000Z',
          email: 'ada@example.com',
          first_name: 'Ada',
          last_name: 'Lovelace',
          unsubscribed: false,
        },
      }),
      expected: { eventType: 'contact.created', title: 'Contact ada@example.com was created' },
    },
  ],
  eventTypes: [...TYPES, ...OTHERS].map((type) => ({
    headers: headers('msg_1'),
    body: JSON.stringify({ type, data: {} }),
  })),
  vectors: svixVectors,
  forge: forgeSvix,
  sign: signAsSvix,
};
