import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const actor = {
  name: 'ada',
  emailAddress: 'ada@example.com',
  id: 1,
  displayName: 'Ada Lovelace',
  active: true,
  slug: 'ada',
};
const repository = {
  slug: 'hello',
  id: 84,
  name: 'hello',
  scmId: 'git',
  state: 'AVAILABLE',
  project: { key: 'OCTO', id: 84, name: 'Octo', public: false, type: 'NORMAL' },
  links: { self: [{ href: 'https://git.example.com/projects/OCTO/repos/hello/browse' }] },
};

const headers = (event: string, request: string): Record<string, string> => ({
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Atlassian HttpClient 4.2.0 / Bitbucket-8.19.2',
  'x-event-key': event,
  'x-request-id': request,
});

const EVENTS = `repo:refs_changed repo:modified repo:forked repo:comment:added repo:comment:edited repo:comment:deleted
repo:secret_detected mirror:repo_synchronized project:modified pr:opened pr:from_ref_updated pr:modified
pr:reviewer:updated pr:reviewer:approved pr:reviewer:unapproved pr:reviewer:needs_work pr:reviewer:changes_requested
pr:merged pr:declined pr:deleted pr:comment:added pr:comment:edited pr:comment:deleted build:state_changed`.split(
  /\s+/,
);

export const fixtures: ProviderFixtures = {
  secrets: ['tidings-4hY9qT2wVx7K-Zb3', 'tidings-Zb3-K7xVw2Tq9Yh4'],
  examples: [
    {
      name: 'a push',
      headers: headers('repo:refs_changed', 'b8f3c1d2-6f1e-4d3c-8b5a-69788796a5b4'),
      body: JSON.stringify({
        eventKey: 'repo:refs_changed',
        date: '2026-11-20T13:00:00+0100',
        actor,
        repository,
        changes: [
          {
            ref: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' },
            refId: 'refs/heads/main',
            fromHash: 'ecddabb624f6f5ba43816f5926e580a5f680a932',
            toHash: '178864a7d521b6f5e720b386b2c2b0ef8563e0dc',
            type: 'UPDATE',
          },
        ],
      }),
      expected: {
        eventType: 'repo.refs_changed',
        title: 'ada pushed to main in OCTO/hello',
        deliveryId: 'b8f3c1d2-6f1e-4d3c-8b5a-69788796a5b4',
      },
    },
    {
      name: 'a pull request',
      headers: headers('pr:opened', 'c8f3c1d2-6f1e-4d3c-8b5a-69788796a5b5'),
      body: JSON.stringify({
        eventKey: 'pr:opened',
        date: '2026-11-20T13:01:00+0100',
        actor,
        pullRequest: {
          id: 5,
          version: 0,
          title: 'Add a page for newcomers',
          state: 'OPEN',
          open: true,
          fromRef: { id: 'refs/heads/newcomers', displayId: 'newcomers', repository },
          toRef: { id: 'refs/heads/main', displayId: 'main', repository },
          author: { user: actor, role: 'AUTHOR', approved: false, status: 'UNAPPROVED' },
          reviewers: [],
          links: { self: [{ href: 'https://git.example.com/projects/OCTO/repos/hello/pull-requests/5' }] },
        },
      }),
      expected: { eventType: 'pr.opened', title: 'ada opened #5 Add a page for newcomers in OCTO/hello' },
    },
  ],
  eventTypes: EVENTS.map((event) => ({
    headers: headers(event, '1'),
    body: JSON.stringify({ eventKey: event, actor }),
  })),
  handshakes: [
    {
      name: 'the test of the connection',
      headers: headers('diagnostics:ping', 'd8f3c1d2'),
      body: '{"test":true}',
      isSigned: false,
      expected: {},
    },
    {
      name: 'a signed test of the connection',
      headers: headers('diagnostics:ping', 'd8f3c1d3'),
      body: '{"test": true}',
      isSigned: true,
      expected: {},
    },
  ],
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...genuine.headers, 'x-hub-signature': value } });
    return {
      'SHA-1': signed(`sha1=${digest('sha1')}`),
      'SHA-1 under the name of SHA-256': signed(`sha256=${digest('sha1')}`),
      'SHA-512': signed(`sha512=${digest('sha512')}`),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
