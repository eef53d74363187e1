import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Heroku-Webhooks' };
const app = { id: '2b3a8f1e-5d0c-4e0b-9b5f-0a1b2c3d4e5f', name: 'octo-web' };
const actor = { id: 'd1e2f3a4-b5c6-4d7e-8f90-a1b2c3d4e5f6', email: 'ada@example.com' };

function metadata(delivery: string, include: string): object {
  return {
    attempt: { id: '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1' },
    delivery: { id: delivery },
    event: { id: 'c8a7b6d5-e4f3-4210-9a8b-7c6d5e4f3a2b', include },
    webhook: { id: 'a1b2c3d4-e5f6-4789-8abc-def012345678' },
  };
}

const RESOURCES =
  `addon addon-attachment app formation-size formation collaborator domain dyno release build sni-endpoint
team-member config-vars`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: ['3a1d6c0b9e8f7a6b5c4d3e2f1a0b9c8d', '8d9c0b1a2f3e4d5c6b7a8f9e0b6c1d3a'],
  examples: [
    {
      name: 'a release',
      headers,
      body: JSON.stringify({
        id: '9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d',
        action: 'create',
        resource: 'release',
        actor,
        data: { id: '5f6e7d8c', app, version: 42, status: 'succeeded', description: 'Deploy 3c363836' },
        webhook_metadata: metadata('11111111-2222-4333-8444-555555555555', 'api:release'),
        version: 'application/vnd.heroku+json; version=3',
      }),
      expected: {
        eventType: 'release.create',
        title: 'ada@example.com created release v42 of octo-web (Deploy 3c363836): succeeded',
        deliveryId: '11111111-2222-4333-8444-555555555555',
      },
    },
    {
      name: 'a dyno that changed its state',
      headers,
      body: JSON.stringify({
        id: '8b7c6d5e-4f3a-4b2c-9d1e-0f9a8b7c6d5e',
        action: 'update',
        resource: 'dyno',
        actor,
        data: { id: '6a5b4c3d', name: 'web.1', type: 'web', state: 'up', app },
        webhook_metadata: metadata('66666666-7777-4888-8999-aaaaaaaaaaaa', 'dyno'),
      }),
      expected: { eventType: 'dyno.update', title: 'ada@example.com updated dyno of octo-web: up' },
    },
  ],
  eventTypes: RESOURCES.flatMap((resource) =>
    ['create', 'update', 'destroy'].map((action) => ({
      headers,
      body: JSON.stringify({ resource, action, data: {} }),
    })),
  ),
  sign: (body, _headers, { secret }) => ({
    'heroku-webhook-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  }),
};
