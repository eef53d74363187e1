import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const sender = { id: 1, login: 'ada', full_name: 'Ada Lovelace', email: 'ada@example.com', username: 'ada' };
const repository = {
  id: 42,
  owner: { id: 2, login: 'octo', username: 'octo' },
  name: 'hello',
  full_name: 'octo/hello',
  private: false,
  html_url: 'https://git.example.com/octo/hello',
  default_branch: 'main',
};

const headers = (event: string, type: string, delivery: string): Record<string, string> => ({
  'content-type': 'application/json',
  'x-gitea-delivery': delivery,
  'x-gitea-event': event,
  'x-gitea-event-type': type,
  'x-github-delivery': delivery,
  'x-github-event': event,
  'x-gogs-delivery': delivery,
  'x-gogs-event': event,
});

const pullRequest = {
  id: 73,
  number: 5,
  user: sender,
  title: 'Add a page for newcomers',
  state: 'open',
  html_url: 'https://git.example.com/octo/hello/pulls/5',
};

const EVENTS: readonly (readonly [event: string, actions: readonly string[]])[] = [
  [
    'issues',
    ['opened', 'closed', 'reopened', 'edited', 'deleted', 'assigned', 'unassigned', 'label_updated', 'label_cleared'],
  ],
  ['issues', ['milestoned', 'demilestoned', 'transferred']],
  [
    'pull_request',
    ['opened', 'closed', 'reopened', 'edited', 'synchronized', 'assigned', 'label_updated', 'milestoned'],
  ],
  ['pull_request', ['review_requested', 'review_request_removed', 'reviewed']],
  ['issue_comment', ['created', 'edited', 'deleted']],
  ['pull_request_comment', ['created', 'edited', 'deleted', 'reviewed']],
  ['pull_request_approved', ['reviewed']],
  ['pull_request_rejected', ['reviewed']],
  ['wiki', ['created', 'edited', 'deleted']],
  ['repository', ['created', 'deleted']],
  ['release', ['published', 'updated', 'deleted']],
  ['package', ['created', 'deleted']],
  ['workflow_run', ['requested', 'in_progress', 'completed']],
  ['workflow_job', ['queued', 'in_progress', 'completed']],
  ['an_event_to_come', ['started']],
];

export const fixtures: ProviderFixtures = {
  secrets: ['tidings-4hY9qT2wVx7K-Zb3', 'tidings-Zb3-K7xVw2Tq9Yh4'],
  examples: [
    {
      name: 'a push',
      headers: headers('push', 'push', 'f6266f16-1bf3-46a5-9ea4-602e06ead473'),
      body: JSON.stringify({
        ref: 'refs/heads/main',
        before: '28e1879d029cb852e4844d9c718537df08844e03',
        after: 'bffeb74224043ba2feb48d137756c8a9331c449a',
        compare_url: 'https://git.example.com/octo/hello/compare/28e1879d029c...bffeb7422404',
        commits: [{ id: 'bffeb74224043ba2feb48d137756c8a9331c449a', message: 'Say hello\n', author: { name: 'Ada' } }],
        total_commits: 1,
        repository,
        pusher: sender,
        sender,
      }),
      expected: {
        eventType: 'push',
        title: 'ada pushed 1 commit to main in octo/hello',
        deliveryId: 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
      },
    },
    {
      name: 'a pull request, from Forgejo',
      headers: {
        ...headers('pull_request', 'pull_request', 'a6266f16-1bf3-46a5-9ea4-602e06ead474'),
        'x-forgejo-event': 'pull_request',
        'x-forgejo-delivery': 'a6266f16-1bf3-46a5-9ea4-602e06ead474',
      },
      body: JSON.stringify({ action: 'opened', number: 5, pull_request: pullRequest, repository, sender }),
      expected: { eventType: 'pull_request.opened', title: 'ada opened #5 Add a page for newcomers in octo/hello' },
    },
    {
      name: 'an approval',
      headers: headers('pull_request_approved', 'pull_request_review_approved', 'b6266f16-1bf3-46a5-9ea4-602e06ead475'),
      body: JSON.stringify({
        action: 'reviewed',
        number: 5,
        pull_request: pullRequest,
        review: { type: 'pull_request_review_approved', content: 'Good!' },
        repository,
        sender,
      }),
      expected: {
        eventType: 'pull_request_approved.reviewed',
        title: 'ada approved #5 Add a page for newcomers in octo/hello',
      },
    },
  ],
  eventTypes: [
    ...EVENTS.flatMap(([event, actions]) =>
      actions.map((action) => ({ headers: headers(event, event, '1'), body: JSON.stringify({ action, sender }) })),
    ),
    ...['push', 'create', 'delete', 'fork', 'status'].map((event) => ({
      headers: headers(event, event, '1'),
      body: JSON.stringify({ sender }),
    })),
  ],
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...genuine.headers, 'x-gitea-signature': value } });
    return {
      'SHA-1': signed(digest('sha1')),
      'SHA-512': signed(digest('sha512')),
      'with the prefix of GitHub': signed(`sha256=${digest('sha256')}`),
      'under the name of GitHub only': {
        ...genuine,
        headers: { 'x-hub-signature-256': `sha256=${digest('sha256')}`, 'x-hub-signature': `sha1=${digest('sha1')}` },
      },
      'the secret in the body, as Gogs once sent it': {
        ...genuine,
        headers: {},
        body: Buffer.from(JSON.stringify({ secret })),
      },
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-gitea-signature': createHmac('sha256', secret).update(body).digest('hex'),
  }),
};
