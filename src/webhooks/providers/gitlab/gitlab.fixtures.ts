import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const user = { id: 4, name: 'Ada Lovelace', username: 'ada' };
const project = {
  id: 15,
  name: 'Hello',
  web_url: 'https://gitlab.example.com/octo/hello',
  path_with_namespace: 'octo/hello',
  default_branch: 'main',
};

function headers(event: string, id: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitLab/18.5.1',
    'x-gitlab-event': event,
    'x-gitlab-instance': 'https://gitlab.example.com',
    'x-gitlab-event-uuid': 'b8f3bb4f-4f3f-4f9f-8c8e-6f8d8c1a9d11',
    'idempotency-key': id,
  };
}

export const fixtures: ProviderFixtures = {
  secrets: ['whsec_cRQw9hZOk4A9k0KLwfq4D0HiE7sZdokwfehgbUN8MDg=', 'whsec_TS9LZoz8SOYFnTbpEya/h945uoGfNUUEd7wc5hSmO70='],
  examples: [
    {
      name: 'a merge request',
      headers: headers('Merge Request Hook', 'f2c8a3f6-6f0c-4c76-a6f0-3f4f5f0a1b01'),
      body: JSON.stringify({
        object_kind: 'merge_request',
        event_type: 'merge_request',
        user,
        project,
        object_attributes: {
          id: 99,
          iid: 12,
          title: 'Add a page for newcomers',
          action: 'open',
          state: 'opened',
          source_branch: 'newcomers',
          target_branch: 'main',
          url: 'https://gitlab.example.com/octo/hello/-/merge_requests/12',
        },
      }),
      expected: {
        eventType: 'merge_request.open',
        title: 'ada opened !12 Add a page for newcomers in octo/hello',
        deliveryId: 'f2c8a3f6-6f0c-4c76-a6f0-3f4f5f0a1b01',
      },
    },
    {
      name: 'a push',
      headers: headers('Push Hook', 'f2c8a3f6-6f0c-4c76-a6f0-3f4f5f0a1b02'),
      body: JSON.stringify({
        object_kind: 'push',
        event_name: 'push',
        before: '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8',
        after: 'e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98',
        ref: 'refs/heads/main',
        user_name: 'Ada Lovelace',
        user_username: 'ada',
        project,
        commits: [
          { id: 'e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98', message: 'Fix the readme' },
          { id: '84a516841ba77a5b4648de2cd0dfcb30ea46dbb4', message: 'Add a translation' },
        ],
        total_commits_count: 2,
      }),
      expected: { eventType: 'push', title: 'ada pushed 2 commits to main in octo/hello' },
    },
    {
      name: 'a pipeline',
      headers: headers('Pipeline Hook', 'f2c8a3f6-6f0c-4c76-a6f0-3f4f5f0a1b03'),
      body: JSON.stringify({
        object_kind: 'pipeline',
        object_attributes: {
          id: 31,
          ref: 'main',
          status: 'failed',
          url: 'https://gitlab.example.com/octo/hello/-/pipelines/31',
        },
        user,
        project,
      }),
      expected: { eventType: 'pipeline', title: 'ada ran the pipeline of main: failed in octo/hello' },
    },
  ],
  vectors: [
    {
      origin: 'standardwebhooks 1.1.1',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1763683200',
        'webhook-signature': 'v1,GYk8X5HXJr8yesOIkXSfUr3iMzZOkNoqXaGwNoEqAOw=',
      },
      body: '{"type":"invoice.paid"}',
      at: '2025-11-21T00:00:00Z',
    },
  ],
  /** A `whsec_…` secret signs the body; any other is sent as a plain token. */
  sign(body, headers, { secret, now }): Record<string, string> {
    if (!secret.startsWith('whsec_')) return { 'x-gitlab-token': secret };
    const id = headers['idempotency-key'] ?? '';
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  },
};
