import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = {
  'content-type': 'application/json',
  'user-agent': 'PagerDuty-Webhook/V3.0',
  'x-webhook-id': '6f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0',
  'x-webhook-subscription': 'PY1OL64',
};
const service = {
  html_url: 'https://octo.pagerduty.com/services/PF9KMXH',
  id: 'PF9KMXH',
  summary: 'Checkout',
  type: 'service_reference',
};

const EVENTS = `incident.acknowledged incident.annotated incident.conference_bridge.updated
incident.custom_field_values.updated incident.delegated incident.escalated incident.incident_type.changed
incident.priority_updated incident.reassigned incident.reopened incident.resolved incident.responder.added
incident.responder.replied incident.role.assigned incident.service_updated incident.status_update_published
incident.task.created incident.triggered incident.unacknowledged incident.workflow.started
incident.workflow.completed incident.action_invocation.created incident.action_invocation.updated
incident.action_invocation.terminated service.created service.updated service.deleted
service.custom_field_values.updated pagey.ping`.split(/\s+/);

function incident(id: string, type: string, agent: object, status: string): string {
  return JSON.stringify({
    event: {
      id,
      event_type: type,
      resource_type: 'incident',
      occurred_at: '2026-11-20T12:00:00.000Z',
      agent,
      client: null,
      data: {
        id: 'PGR0VU2',
        type: 'incident',
        self: 'https://api.pagerduty.com/incidents/PGR0VU2',
        html_url: 'https://octo.pagerduty.com/incidents/PGR0VU2',
        number: 4217,
        status,
        incident_key: 'd3640fbd41094207a1c11e58e46b1662',
        created_at: '2026-11-20T11:58:00Z',
        title: 'Checkout is slow',
        service,
        assignees: [],
        urgency: 'high',
        priority: null,
      },
    },
  });
}

export const fixtures: ProviderFixtures = {
  secrets: [
    'b0Yrq9Lw6Tx1Zv8qJ3+lDQHScfUeXUKaQRNF8XIiDKZ7XX3itBAYzwU0TARw8lJq',
    'RnkKl2iB1anSb0Z+IKzwU0TARw8lJqb0Yrq9Lw6Tx1Zv8qJ3lDQHScfUeXUKaQRN',
  ],
  lists: ['x-pagerduty-signature'],
  examples: [
    {
      name: 'an incident',
      headers,
      body: incident('01CEXAMPLE5WQGJ7K8L9M0N1P2', 'incident.triggered', service, 'triggered'),
      expected: {
        eventType: 'incident.triggered',
        title: 'Incident #4217 Checkout is slow was triggered',
        deliveryId: '01CEXAMPLE5WQGJ7K8L9M0N1P2',
      },
    },
    {
      name: 'an acknowledgement',
      headers,
      body: incident(
        '01CEXAMPLE5WQGJ7K8L9M0N1P3',
        'incident.acknowledged',
        {
          html_url: 'https://octo.pagerduty.com/users/PLH1HKV',
          id: 'PLH1HKV',
          summary: 'Ada Lovelace',
          type: 'user_reference',
        },
        'acknowledged',
      ),
      expected: {
        eventType: 'incident.acknowledged',
        title: 'Ada Lovelace acknowledged incident #4217 Checkout is slow',
        deliveryId: '01CEXAMPLE5WQGJ7K8L9M0N1P3',
      },
    },
  ],
  eventTypes: EVENTS.map((event) => ({ headers, body: JSON.stringify({ event: { event_type: event, data: {} } }) })),
  forge(genuine, _sign, { secret }) {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...headers, 'x-pagerduty-signature': value } });
    const wrong = `v1=${'0'.repeat(64)}`;
    return {
      'several, none of them right': signed(`${wrong},${wrong}`),
      'twelve, the last one right': signed(
        [...Array.from({ length: 11 }, () => wrong), `v1=${digest('sha256')}`].join(','),
      ),
      'a later version': signed(`v2=${digest('sha256')}`),
      'SHA-1': signed(`v1=${digest('sha1')}`),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-pagerduty-signature': `v1=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
