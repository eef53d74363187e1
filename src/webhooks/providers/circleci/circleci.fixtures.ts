import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = (type: string): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'CircleCI-Webhook/1.0',
  'circleci-event-type': type,
});
const common = {
  happened_at: '2026-11-20T12:00:00.000Z',
  webhook: { id: 'cf8c4fdd-0587-4da1-b4ca-4846e9640af9', name: 'Tidings' },
  project: { id: '84996744-a854-4f5e-aea3-04e2851dc1d2', name: 'hello', slug: 'github/octo/hello' },
  organization: { id: 'f22b6566-597d-46d5-ba74-99ef5bb3d85c', name: 'octo' },
  pipeline: {
    id: '1285fe1d-d3a6-44fc-8886-8979558254c4',
    number: 130,
    created_at: '2026-11-20T11:57:00.000Z',
    trigger: { type: 'webhook' },
    vcs: {
      provider_name: 'github',
      origin_repository_url: 'https://github.com/octo/hello',
      revision: '1dc6aa69429bff4806ad6afe58d3d8f57e25973e',
      branch: 'main',
      commit: { subject: 'Say hello', author: { name: 'Ada Lovelace', email: 'ada@example.com' } },
    },
  },
};
const workflow = {
  id: 'fda08377-fe7e-46b1-8992-3a7aaecac9c3',
  name: 'build-and-test',
  created_at: '2026-11-20T11:57:01.000Z',
  stopped_at: '2026-11-20T11:59:59.000Z',
  url: 'https://app.circleci.com/pipelines/github/octo/hello/130/workflows/fda08377-fe7e-46b1-8992-3a7aaecac9c3',
};
const origin = 'https://circleci.com/docs/guides/integration/outbound-webhooks/';
const at = '2026-11-20T12:00:00Z';

export const fixtures: ProviderFixtures = {
  secrets: ['tidings-4hY9qT2wVx7K-Zb3', 'tidings-Zb3-K7xVw2Tq9Yh4'],
  lists: ['circleci-signature'],
  vectors: [
    {
      origin,
      secret: 'another-secret',
      headers: { 'circleci-signature': 'v1=daa220016c8f29a8b214fbfc3671aeec2145cfb1e6790184ffb38b6d0425fa00' },
      body: 'lalala',
      at,
    },
    {
      origin,
      secret: 'hunter123',
      headers: { 'circleci-signature': 'v1=9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa' },
      body: 'an-important-request-payload',
      at,
    },
  ],
  examples: [
    {
      name: 'a workflow',
      headers: headers('workflow-completed'),
      body: JSON.stringify({
        id: '3888f21b-eaa7-38e3-8f3d-75a63bba8895',
        type: 'workflow-completed',
        ...common,
        workflow: { ...workflow, status: 'success' },
      }),
      expected: {
        eventType: 'workflow-completed',
        title: 'Workflow build-and-test succeeded on main in hello',
        deliveryId: '3888f21b-eaa7-38e3-8f3d-75a63bba8895',
      },
    },
    {
      name: 'a job that failed',
      headers: headers('job-completed'),
      body: JSON.stringify({
        id: '8bd71c28-4969-3677-8940-3e3a61c46660',
        type: 'job-completed',
        ...common,
        workflow,
        job: { id: '8b91f9a8-7975-4e60-916c-f0152ccdc8cd', name: 'test', number: 136, status: 'failed' },
      }),
      expected: { eventType: 'job-completed', title: 'Job test failed on main in hello' },
    },
  ],
  eventTypes: ['workflow-completed', 'job-completed', 'ping'].map((type) => ({
    headers: headers(type),
    body: JSON.stringify({ type }),
  })),
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...genuine.headers, 'circleci-signature': value } });
    const wrong = `v1=${'0'.repeat(64)}`;
    return {
      'a later version only': signed(`v2=${digest('sha256')}`),
      'several, none of them right': signed(`${wrong},v2=${digest('sha256')},${wrong}`),
      'twelve, the last one right': signed(
        [...Array.from({ length: 11 }, () => wrong), `v1=${digest('sha256')}`].join(','),
      ),
      'SHA-1': signed(`v1=${digest('sha1')}`),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'circleci-signature': `v1=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
