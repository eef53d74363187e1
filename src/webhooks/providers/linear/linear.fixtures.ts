import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const actor = { id: '4d5e6f70-8192-4a3b-9c4d-5e6f70819202', type: 'user', name: 'Ada' };

function headers(event: string, delivery: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Linear-Webhook',
    'linear-event': event,
    'linear-delivery': delivery,
  };
}

export const fixtures: ProviderFixtures = {
  secrets: ['lin_wh_kQ3x7Zp1Lr9Tn5Vb2Ys8', 'lin_wh_8sY2bV5nT9rL1pZ7x3Qk'],
  examples: [
    {
      name: 'an issue',
      headers: headers('Issue', '5e6f7081-92a3-4b4c-8d5e-6f7081920303'),
      body: JSON.stringify({
        action: 'create',
        type: 'Issue',
        actor,
        createdAt: '2026-11-20T12:53:18.084Z',
        data: { id: '708192a3-b4c5-4d6e-8f70-819203040505', identifier: 'ENG-42', title: 'Fix the login', priority: 2 },
        url: 'https://linear.app/octo/issue/ENG-42/fix-the-login',
        webhookTimestamp: 1763683200000,
        webhookId: '8192a3b4-c5d6-4e7f-9081-920304050606',
      }),
      expected: {
        eventType: 'Issue.create',
        title: 'Ada created issue ENG-42 Fix the login',
        deliveryId: '5e6f7081-92a3-4b4c-8d5e-6f7081920303',
      },
    },
    {
      name: 'a comment',
      headers: headers('Comment', '6f708192-a3b4-4c5d-9e6f-708192030404'),
      body: JSON.stringify({
        action: 'create',
        type: 'Comment',
        actor,
        data: { id: '6b1f', body: 'On it.', issue: { id: '2174', identifier: 'ENG-42', title: 'Fix the login' } },
        url: 'https://linear.app/octo/issue/ENG-42/fix-the-login#comment-6b1f',
        webhookTimestamp: 1763683200000,
        webhookId: '8192a3b4-c5d6-4e7f-9081-920304050606',
      }),
      expected: { eventType: 'Comment.create', title: 'Ada commented on ENG-42 Fix the login' },
    },
  ],
  freshen(example, { now, url }) {
    const payload: object = JSON.parse(example.body.toString());
    return { body: Buffer.from(JSON.stringify({ ...payload, webhookTimestamp: now.getTime() })), url };
  },
  sign: (body, _headers, { secret }) => ({
    'linear-signature': createHmac('sha256', secret).update(body).digest('hex'),
  }),
};
