import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const actor = { type: 'user', display_name: 'Ada Lovelace', nickname: 'ada' };
const repository = {
  type: 'repository',
  name: 'hello',
  full_name: 'octo/hello',
  links: { html: { href: 'https://bitbucket.org/octo/hello' } },
};

function headers(event: string, request: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Bitbucket-Webhooks/2.0',
    'x-event-key': event,
    'x-hook-uuid': 'e5d2f1a0-4a7f-4d8b-9a51-6a0b3c2d1e0f',
    'x-request-uuid': request,
    'x-attempt-number': '1',
  };
}

const REPOSITORY_EVENTS = `repo:push repo:fork repo:updated repo:transfer repo:imported repo:deleted
repo:commit_comment_created repo:commit_status_created repo:commit_status_updated project:updated pipeline:span_created
an:event_to_come`.split(/\s+/);
const PULL_REQUEST_EVENTS = `created updated push approved unapproved changes_request_created changes_request_removed
fulfilled rejected comment_created comment_updated comment_deleted comment_resolved comment_reopened`.split(/\s+/);
const ISSUE_EVENTS = ['created', 'updated', 'comment_created'];

export const fixtures: ProviderFixtures = {
  secrets: ['bitbucket-hook-secret', 'bitbucket-hook-secret-to-come'],
  examples: [
    {
      name: 'a pull request',
      headers: headers('pullrequest:created', '2f3c1b0a-9d8e-4f7a-8b6c-5d4e3f2a1b0c'),
      body: JSON.stringify({
        actor,
        repository,
        pullrequest: {
          id: 5,
          title: 'Add a page for newcomers',
          state: 'OPEN',
          links: { html: { href: 'https://bitbucket.org/octo/hello/pull-requests/5' } },
        },
      }),
      expected: {
        eventType: 'pullrequest.created',
        title: 'ada created #5 Add a page for newcomers in octo/hello',
        deliveryId: '2f3c1b0a-9d8e-4f7a-8b6c-5d4e3f2a1b0c',
      },
    },
    {
      name: 'a push',
      headers: headers('repo:push', '3a4d2c1b-0e9f-4a8b-9c7d-6e5f4a3b2c1d'),
      body: JSON.stringify({
        actor,
        repository,
        push: {
          changes: [
            {
              new: { type: 'branch', name: 'main' },
              old: { type: 'branch', name: 'main' },
              commits: [
                { hash: '3c363836cf4e', message: 'Say hello' },
                { hash: '58e6b3a414a1', message: 'Tidy up' },
              ],
            },
          ],
        },
      }),
      expected: { eventType: 'repo.push', title: 'ada pushed 2 commits to main in octo/hello' },
    },
    {
      name: 'a comment',
      headers: headers('pullrequest:comment_created', '4b5e3d2c-1f0a-4b9c-8d8e-7f6a5b4c3d2e'),
      body: JSON.stringify({
        actor,
        repository,
        pullrequest: { id: 5, title: 'Add a page for newcomers' },
        comment: { id: 17, content: { raw: 'Good!' } },
      }),
      expected: {
        eventType: 'pullrequest.comment_created',
        title: 'ada commented on #5 Add a page for newcomers in octo/hello',
      },
    },
  ],
  eventTypes: [
    ...REPOSITORY_EVENTS.map((event) => ({ headers: headers(event, '1'), body: JSON.stringify({ actor }) })),
    ...PULL_REQUEST_EVENTS.map((event) => ({
      headers: headers(`pullrequest:${event}`, '1'),
      body: JSON.stringify({ actor, pullrequest: { id: 5, title: 'Add a page' } }),
    })),
    ...ISSUE_EVENTS.map((event) => ({
      headers: headers(`issue:${event}`, '1'),
      body: JSON.stringify({ actor, issue: { id: 7, title: 'Fix the login' } }),
    })),
  ],
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
