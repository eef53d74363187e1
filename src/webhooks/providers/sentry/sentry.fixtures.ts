import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

function headers(resource: string, request: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'request-id': request,
    'sentry-hook-resource': resource,
    'sentry-hook-timestamp': '1763683200',
  };
}

const SERVICE_HOOK = { 'content-type': 'application/json', 'x-servicehook-timestamp': '1763683200' };

const EVENTS = [
  ...['created', 'deleted'].map((action) => ['installation', action] as const),
  ...['created', 'resolved', 'assigned', 'archived', 'unresolved', 'ignored'].map(
    (action) => ['issue', action] as const,
  ),
  ...['created', 'updated', 'deleted'].map((action) => ['comment', action] as const),
  ...['critical', 'warning', 'resolved', 'open'].map((action) => ['metric_alert', action] as const),
  ['error', 'created'] as const,
  ['event_alert', 'triggered'] as const,
];

const installation = { uuid: '92a3b4c5-d6e7-4f80-8192-030405060707' };

export const fixtures: ProviderFixtures = {
  secrets: ['6f1e2d3c4b5a69788796a5b4c3d2e1f06f1e2d3c4b5a69788796a5b4c3d2e1f0', 'a-client-secret-to-come'],
  examples: [
    {
      name: 'an issue',
      headers: headers('issue', '5e6f7a8b-9c0d-4e1f-8a2b-3c4d5e6f7a8b'),
      body: JSON.stringify({
        action: 'created',
        installation,
        data: {
          issue: {
            id: '4201077731',
            shortId: 'WEB-1A',
            title: 'TypeError: checkout is not a function',
            level: 'error',
            web_url: 'https://octo.sentry.io/issues/4201077731/',
            project: { id: '1', name: 'web', slug: 'web', platform: 'javascript' },
          },
        },
        actor: { type: 'application', id: 'sentry', name: 'Sentry' },
      }),
      expected: {
        eventType: 'issue.created',
        title: 'Issue created: TypeError: checkout is not a function in web',
        deliveryId: '5e6f7a8b-9c0d-4e1f-8a2b-3c4d5e6f7a8b',
      },
    },
    {
      name: 'an alert',
      headers: headers('event_alert', '6f7a8b9c-0d1e-4f2a-9b3c-4d5e6f7a8b9c'),
      body: JSON.stringify({
        action: 'triggered',
        installation,
        data: {
          triggered_rule: 'Too many errors',
          event: { title: 'TimeoutError: the database took too long', web_url: 'https://octo.sentry.io/issues/117/' },
        },
        actor: { type: 'application', id: 'sentry', name: 'Sentry' },
      }),
      expected: {
        eventType: 'event_alert.triggered',
        title: 'Event alert triggered: TimeoutError: the database took too long',
      },
    },
    {
      name: 'an event of a service hook',
      headers: { ...SERVICE_HOOK, 'x-servicehook-guid': '7f8a9b0c1d2e4f3a8b5c6d7e8f9a0b1c' },
      body: JSON.stringify({
        project: { slug: 'web', name: 'Web' },
        group: { id: '4201077731', url: 'https://octo.sentry.io/issues/4201077731/', title: 'TypeError: x is null' },
        event: { eventID: '9f8e7d6c5b4a', title: 'TypeError: checkout is not a function', platform: 'javascript' },
      }),
      expected: {
        eventType: 'event',
        title: 'Event reported: TypeError: checkout is not a function in web',
        deliveryId: '7f8a9b0c1d2e4f3a8b5c6d7e8f9a0b1c',
      },
    },
  ],
  eventTypes: EVENTS.map(([resource, action]) => ({
    headers: headers(resource, '1'),
    body: JSON.stringify({ action, data: {} }),
  })),
  sign: (body, given, { secret }) => ({
    [given['x-servicehook-timestamp'] === undefined ? 'sentry-hook-signature' : 'x-servicehook-signature']: createHmac(
      'sha256',
      secret,
    )
      .update(body)
      .digest('hex'),
  }),
};
