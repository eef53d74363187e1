import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const octocat = { login: 'octocat', id: 583231, type: 'User', html_url: 'https://github.com/octocat' };
const repository = {
  id: 1296269,
  name: 'hello',
  full_name: 'octo/hello',
  private: false,
  html_url: 'https://github.com/octo/hello',
  default_branch: 'main',
};

function headers(event: string, delivery: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-github-hook-id': '109948940',
  };
}

export const fixtures: ProviderFixtures = {
  secrets: ['only-github-and-we-know-this', 'and-this-one-comes-after-it'],
  examples: [
    {
      name: 'a pull request',
      headers: headers('pull_request', '5f3a1c70-c6a1-11f0-8d4e-1b2c3d4e5f60'),
      body: JSON.stringify({
        action: 'opened',
        number: 1347,
        pull_request: {
          number: 1347,
          title: 'Update README',
          state: 'open',
          merged: false,
          draft: false,
          html_url: 'https://github.com/octo/hello/pull/1347',
          user: octocat,
          head: { ref: 'readme', sha: '3c363836cf4e16666669a25da280a1865c2d2874' },
          base: { ref: 'main', sha: '58e6b3a414a1e090dfc6029add0f3555ccba127f' },
        },
        repository,
        sender: octocat,
      }),
      expected: {
        eventType: 'pull_request.opened',
        title: 'octocat opened #1347 Update README in octo/hello',
        deliveryId: '5f3a1c70-c6a1-11f0-8d4e-1b2c3d4e5f60',
      },
    },
    {
      name: 'a push',
      headers: headers('push', '6a4b2d80-c6a1-11f0-9e5f-2c3d4e5f6071'),
      body: JSON.stringify({
        ref: 'refs/heads/main',
        before: '58e6b3a414a1e090dfc6029add0f3555ccba127f',
        after: '3c363836cf4e16666669a25da280a1865c2d2874',
        created: false,
        deleted: false,
        forced: false,
        compare: 'https://github.com/octo/hello/compare/58e6b3a414a1...3c363836cf4e',
        commits: [
          {
            id: '3c363836cf4e16666669a25da280a1865c2d2874',
            message: 'Say hello\n\nTo everyone.',
            modified: ['README.md'],
          },
        ],
        head_commit: { id: '3c363836cf4e16666669a25da280a1865c2d2874', message: 'Say hello\n\nTo everyone.' },
        repository,
        pusher: { name: 'octocat', email: 'octocat@example.com' },
        sender: octocat,
      }),
      expected: { eventType: 'push', title: 'octocat pushed 1 commit to main (Say hello) in octo/hello' },
    },
    {
      name: 'the ping of a new hook',
      headers: headers('ping', '7b5c3e90-c6a1-11f0-8f60-3d4e5f607182'),
      body: JSON.stringify({
        zen: 'Design for failure.',
        hook_id: 109948940,
        hook: { type: 'Repository', id: 109948940, active: true, events: ['*'] },
        repository,
        sender: octocat,
      }),
      expected: { eventType: 'ping', title: 'octocat connected this webhook (Design for failure.) in octo/hello' },
    },
  ],
  vectors: [
    {
      origin:
        'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation',
      secret: "It's a Secret to Everybody",
      headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
      body: 'Hello, World!',
      at: '2026-11-20T12:00:00Z',
    },
  ],
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
