import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.28.1' };

const alert = (instance: string, status = 'firing') => ({
  status,
  labels: { alertname: 'HighLatency', instance, job: 'api', severity: 'page' },
  annotations: { summary: 'Requests take 3 s (Größe: 95th percentile)' },
  startsAt: '2026-11-20T12:00:00.123Z',
  endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-11-20T12:10:00.123Z',
  generatorURL: 'https://prometheus.example.com/graph?g0.expr=latency+%3E+3&g0.tab=1',
  fingerprint: 'b7a1e3c9d5f20846',
});

const notification = (status: string, alerts: object[], receiver = 'tidings') => ({
  receiver,
  status,
  alerts,
  groupLabels: { alertname: 'HighLatency' },
  commonLabels: { alertname: 'HighLatency', job: 'api', severity: 'page' },
  commonAnnotations: { summary: 'Requests take 3 s (Größe: 95th percentile)' },
  externalURL: 'https://alertmanager.example.com',
  version: '4',
  groupKey: '{}:{alertname="HighLatency"}',
  truncatedAlerts: 0,
});

const BY_TOKEN = 'tidings-by-token';
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

export const fixtures: ProviderFixtures = {
  secrets: ['tidings:q8X2vT7mK4nB9wZ1cR6yL3dF', 'tidings:Fd3Ly6Rc1Zw9Bn4Km7Tv2X8q'],
  coversBody: false,
  examples: [
    {
      name: 'an alert of two instances, with a password',
      headers,
      body: JSON.stringify(notification('firing', [alert('api-1'), alert('api-2')])),
      expected: {
        eventType: 'alert.firing',
        title: 'Alert HighLatency is firing for 2 instances: Requests take 3 s (Größe: 95th percentile)',
      },
    },
    {
      name: 'a resolved alert, with a token',
      headers,
      body: JSON.stringify(notification('resolved', [alert('api-1', 'resolved')], BY_TOKEN)),
      expected: {
        eventType: 'alert.resolved',
        title: 'Alert HighLatency is resolved: Requests take 3 s (Größe: 95th percentile)',
      },
    },
  ],
  eventTypes: ['firing', 'resolved'].flatMap((status) => [
    { headers, body: JSON.stringify({ status }) },
    { headers, body: JSON.stringify({ status, alerts: [{}, {}] }) },
  ]),
  forge(genuine, _sign, { secret }) {
    const of = (authorization: string) => ({ ...genuine, headers: { ...headers, authorization } });
    return {
      'the name alone': of(basic('tidings')),
      'the name without a password': of(basic('tidings:')),
      'the password alone': of(basic(secret.replace('tidings', ''))),
      'another name': of(basic(secret.replace('tidings', 'admin'))),
      'the credentials in plain text': of(`Basic ${secret}`),
      'the password as a token': of(`Bearer ${secret.replace('tidings:', '')}`),
      'the encoded credentials as a token': of(basic(secret).replace('Basic', 'Bearer')),
      'the token without its scheme': of(secret),
      'a token of another scheme': of(`Token ${secret}`),
      'the token in the query': { ...genuine, headers, url: `${genuine.url}&token=${secret}` },
    };
  },
  sign: (body, _headers, { secret }) => ({
    authorization: body.includes(BY_TOKEN) ? `Bearer ${secret}` : basic(secret),
  }),
};
