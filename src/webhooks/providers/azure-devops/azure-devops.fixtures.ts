import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'VSServices/20.256.36120.1' };
const ada = { displayName: 'Ada Lovelace', id: '3b0d7b1e-5a3c-4a86-9a6b-2f1c8d7e6a50', uniqueName: 'ada@example.com' };
const containers = {
  collection: { id: 'c12d0eb8-e382-443b-9f9c-c52cba5014c2', baseUrl: 'https://dev.azure.com/octo/' },
  account: { id: 'f844ec47-a9db-4511-8281-8b63f4eaf94e', baseUrl: 'https://dev.azure.com/octo/' },
  project: { id: 'be9b3917-87e6-42a4-a549-2bc06a7a878f', baseUrl: 'https://dev.azure.com/octo/' },
};

const EVENT_TYPES = [
  'build.complete',
  'ms.vss-release.release-abandoned-event',
  'ms.vss-release.release-created-event',
  'ms.vss-release.deployment-approval-completed-event',
  'ms.vss-release.deployment-approval-pending-event',
  'ms.vss-release.deployment-completed-event',
  'ms.vss-release.deployment-started-event',
  'ms.vss-pipelines.run-state-changed-event',
  'ms.vss-pipelines.stage-state-changed-event',
  'ms.vss-pipelines.job-state-changed-event',
  'ms.vss-pipelinechecks-events.approval-pending',
  'ms.vss-pipelinechecks-events.approval-completed',
  'tfvc.checkin',
  'git.push',
  'git.pullrequest.created',
  'git.pullrequest.merged',
  'git.pullrequest.updated',
  'ms.vss-code.git-pullrequest-comment-event',
  'git.repo.created',
  'git.repo.deleted',
  'git.repo.forked',
  'git.repo.renamed',
  'git.repo.statuschanged',
  'workitem.created',
  'workitem.deleted',
  'workitem.restored',
  'workitem.updated',
  'workitem.commented',
  'ms.advancedsecurity-alerts.alert-created-event',
  'ms.advancedsecurity-alerts.alert-state-changed-event',
];

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

export const fixtures: ProviderFixtures = {
  secrets: ['tidings:3Jq8vZ1xT6wLr0Yb', 'tidings:b0Yr:Lw6Tx1Zv8qJ3'],
  coversBody: false,
  examples: [
    {
      name: 'a push',
      headers,
      body: JSON.stringify({
        subscriptionId: '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1',
        notificationId: 41,
        id: '03c164c2-8912-4d5e-8009-3707d5f83734',
        eventType: 'git.push',
        publisherId: 'tfs',
        message: { text: 'Ada Lovelace pushed updates to hello:main.', html: '…', markdown: '…' },
        detailedMessage: { text: 'Ada Lovelace pushed a commit to hello:main.\n - Say hello 33b55f7c', html: '…' },
        resource: {
          commits: [{ commitId: '33b55f7cb7e7e245323987634f960cf4a6e6bc74', comment: 'Say hello' }],
          refUpdates: [{ name: 'refs/heads/main', oldObjectId: 'aad331d8d3b1', newObjectId: '33b55f7cb7e7' }],
          repository: { id: '278d5cd2', name: 'hello', remoteUrl: 'https://dev.azure.com/octo/_git/hello' },
          pushedBy: ada,
          pushId: 14,
          date: '2026-11-20T12:00:00.000Z',
        },
        resourceVersion: '1.0',
        resourceContainers: containers,
        createdDate: '2026-11-20T12:00:01.021Z',
      }),
      expected: {
        eventType: 'git.push',
        title: 'Ada Lovelace pushed updates to hello:main.',
        deliveryId: '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1:41',
      },
    },
    {
      name: 'a work item, from a subscription without messages',
      headers,
      body: JSON.stringify({
        subscriptionId: '1a2b3c4d-5e6f-4708-9192-a3b4c5d6e7f8',
        notificationId: 7,
        id: 'd2d46fb1-dba5-403c-9373-427583f19e8c',
        eventType: 'workitem.restored',
        publisherId: 'tfs',
        message: null,
        resource: { id: 5, rev: 2, fields: { 'System.Title': 'Fix the login', 'System.State': 'New' } },
        resourceContainers: containers,
        createdDate: '2026-11-20T12:01:00.000Z',
      }),
      expected: { eventType: 'workitem.restored', title: 'Work item was restored' },
    },
  ],
  eventTypes: EVENT_TYPES.map((eventType) => ({ headers, body: JSON.stringify({ eventType, resource: {} }) })),
  forge: (genuine, _sign, { secret }) => {
    const withCredentials = (authorization: string) => ({ ...genuine, headers: { ...genuine.headers, authorization } });
    return {
      'the name alone': withCredentials(basic('tidings')),
      'the name without a password': withCredentials(basic('tidings:')),
      'the password alone': withCredentials(basic(secret.replace('tidings', ''))),
      'another name': withCredentials(basic(secret.replace('tidings', 'admin'))),
      'the credentials as a bearer token': withCredentials(basic(secret).replace('Basic', 'Bearer')),
      'the credentials in plain text': withCredentials(`Basic ${secret}`),
      'the credentials in the URL only': {
        ...genuine,
        url: genuine.url.replace('https://', `https://${secret}@`),
        headers: {},
      },
    };
  },
  sign: (_body, _headers, { secret }) => ({ authorization: basic(secret) }),
};
