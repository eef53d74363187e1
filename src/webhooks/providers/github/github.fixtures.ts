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
  secrets: ['it-is-a-secret-to-everybody', 'and-this-one-comes-after-it'],
  examples: [
    {
      name: 'a pull request',
      headers: headers('pull_request', '72d3162e-cc78-11e3-81ab-4c9367dc0958'),
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
          head: { ref: 'readme', sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e' },
          base: { ref: 'main', sha: 'c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c' },
        },
        repository,
        sender: octocat,
      }),
      expected: {
        eventType: 'pull_request.opened',
        title: 'octocat opened #1347 Update README in octo/hello',
        deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      },
    },
    {
      name: 'a push',
      headers: headers('push', '8c0f1f4e-cc78-11e3-9a1b-2f4b7e0c1a55'),
      body: JSON.stringify({
        ref: 'refs/heads/main',
        before: 'c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c',
        after: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
        created: false,
        deleted: false,
        forced: false,
        compare: 'https://github.com/octo/hello/compare/c3d0be41ecbe...6dcb09b5b578',
        commits: [
          {
            id: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
            message: 'Say hello\n\nTo everyone.',
            modified: ['README.md'],
          },
        ],
        head_commit: { id: '6dcb09b5b57875f334f61aebed695e2e4193db5e', message: 'Say hello\n\nTo everyone.' },
        repository,
        pusher: { name: 'octocat', email: 'octocat@example.com' },
        sender: octocat,
      }),
      expected: { eventType: 'push', title: 'octocat pushed 1 commit to main (Say hello) in octo/hello' },
    },
    {
      name: 'the ping of a new hook',
      headers: headers('ping', 'd1a1d1c0-cc78-11e3-8f5e-0ae4f2c1b7aa'),
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
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
