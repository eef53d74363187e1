import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Vercel/1.0' };

export const fixtures: ProviderFixtures = {
  secrets: ['vercel-webhook-secret-3k9x', 'vercel-webhook-secret-to-come'],
  examples: [
    {
      name: 'a deployment that succeeded',
      headers,
      body: JSON.stringify({
        id: 'uev_1gZ2fB3hC4iD5jE6kF7lG8mH',
        type: 'deployment.succeeded',
        createdAt: 1763683200000,
        region: 'fra1',
        payload: {
          user: { id: 'usr_4kQ2' },
          team: { id: 'team_9xP1' },
          target: 'production',
          project: { id: 'prj_7mR3' },
          deployment: {
            id: 'dpl_5nS8',
            name: 'octo-web',
            url: 'octo-web-3c36383.vercel.app',
            meta: { githubCommitMessage: 'Update README\n\nFor newcomers.', githubCommitAuthorLogin: 'octocat' },
          },
          links: { deployment: 'https://vercel.com/octo/octo-web/5nS8', project: 'https://vercel.com/octo/octo-web' },
        },
      }),
      expected: {
        eventType: 'deployment.succeeded',
        title: 'octo-web deployment succeeded (production): Update README',
        deliveryId: 'uev_1gZ2fB3hC4iD5jE6kF7lG8mH',
      },
    },
    {
      name: 'a project',
      headers,
      body: JSON.stringify({
        id: 'uev_2hA3gC4iD5jE6kF7lG8mH9nJ',
        type: 'project.created',
        createdAt: 1763683300000,
        region: null,
        payload: {
          user: { id: 'usr_4kQ2' },
          team: { id: 'team_9xP1' },
          project: { id: 'prj_8nS4', name: 'octo-docs' },
        },
      }),
      expected: { eventType: 'project.created', title: 'octo-docs project created' },
    },
  ],
  sign: (body, _headers, { secret }) => ({
    'x-vercel-signature': createHmac('sha1', secret).update(body).digest('hex'),
  }),
};
