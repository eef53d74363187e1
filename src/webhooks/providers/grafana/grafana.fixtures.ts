import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';
import { forgedHashes } from '../forged-hashes.fixtures.js';

const SIGNATURE = 'x-grafana-alerting-signature';
const TIMESTAMP = 'x-grafana-alerting-timestamp';
const headers = { 'content-type': 'application/json', 'user-agent': 'Grafana' };

const alert = {
  status: 'firing',
  labels: { alertname: 'High latency', grafana_folder: 'Deploys', instance: 'api-1' },
  annotations: { summary: 'Requests take 3 s (Größe: 95th percentile)' },
  startsAt: '2026-11-20T12:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://grafana.example.com/alerting/grafana/bfjo2wz/view?orgId=1',
  fingerprint: 'b7a1e3c9d5f20846',
  silenceURL: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana',
  dashboardURL: 'https://grafana.example.com/d/zT2Yb?orgId=1',
  panelURL: 'https://grafana.example.com/d/zT2Yb?orgId=1&viewPanel=2',
  values: { B: 3.02, C: 1 },
  valueString: "[ var='B' labels={instance=api-1} value=3.02 ]",
  orgId: 1,
};
const notification = {
  receiver: 'Tidings',
  status: 'firing',
  alerts: [alert, { ...alert, labels: { ...alert.labels, instance: 'api-2' }, fingerprint: 'c8b2f4dae6031957' }],
  groupLabels: { alertname: 'High latency', grafana_folder: 'Deploys' },
  commonLabels: { alertname: 'High latency', grafana_folder: 'Deploys' },
  commonAnnotations: { summary: 'Requests take 3 s (Größe: 95th percentile)' },
  externalURL: 'https://grafana.example.com/',
  version: '1',
  groupKey: '{}/{}:{alertname="High latency", grafana_folder="Deploys"}',
  truncatedAlerts: 0,
  orgId: 1,
  title: '[FIRING:2] High latency Deploys',
  state: 'alerting',
  message: '**Firing**\n\nValue: B=3.02\n',
};

export const fixtures: ProviderFixtures = {
  secrets: ['q8X2vT7mK4nB9wZ1cR6yL3dF', 'Fd3Ly6Rc1Zw9Bn4Km7Tv2X8q'],
  options: { timestampHeader: 'X-Grafana-Alerting-Timestamp' },
  examples: [
    {
      name: 'an alert of two instances',
      headers,
      body: JSON.stringify(notification),
      expected: {
        eventType: 'alert.firing',
        title: 'Alert High latency is firing for 2 instances: Requests take 3 s (Größe: 95th percentile)',
      },
    },
    {
      name: 'a resolved alert',
      headers,
      body: JSON.stringify({
        ...notification,
        status: 'resolved',
        alerts: [{ ...alert, status: 'resolved', endsAt: '2026-11-20T12:10:00Z' }],
        title: '[RESOLVED] High latency Deploys',
        state: 'ok',
      }),
      expected: {
        eventType: 'alert.resolved',
        title: 'Alert High latency is resolved: Requests take 3 s (Größe: 95th percentile)',
      },
    },
  ],
  eventTypes: ['firing', 'resolved', 'pending'].flatMap((status) => [
    { headers, body: JSON.stringify({ status }) },
    { headers, body: JSON.stringify({ status, alerts: [{}, {}] }) },
  ]),
  forge(genuine, sign, { secret, now }) {
    const time = genuine.headers[TIMESTAMP] ?? '';
    const at = (seconds: number) => sign({ now: new Date(now.getTime() + seconds * 1000) });
    const signed = (content: string) => ({
      ...genuine,
      headers: {
        ...genuine.headers,
        [SIGNATURE]: createHmac('sha256', secret).update(content).update(genuine.body).digest('hex'),
      },
    });
    const bodyAlone = signed('');
    const withoutTime = { ...headers, [SIGNATURE]: bodyAlone.headers[SIGNATURE] };
    return {
      ...forgedHashes(genuine, { header: SIGNATURE, secret }),
      'a second later': { ...genuine, headers: { ...genuine.headers, [TIMESTAMP]: String(Number(time) + 1) } },
      'a time in milliseconds': { ...genuine, headers: { ...genuine.headers, [TIMESTAMP]: `${time}000` } },
      'a second too old': at(-301),
      'a second too new': at(301),
      'the body alone, with a time': bodyAlone,
      'the body alone, without a time': { ...bodyAlone, headers: withoutTime },
      'a dot after the time': signed(`${time}.`),
      'with a prefix': {
        ...genuine,
        headers: { ...genuine.headers, [SIGNATURE]: `sha256=${genuine.headers[SIGNATURE]}` },
      },
    };
  },
  sign(body, _headers, { secret, now }) {
    const time = String(Math.floor(now.getTime() / 1000));
    const signature = createHmac('sha256', secret).update(`${time}:`).update(body).digest('hex');
    return { [TIMESTAMP]: time, [SIGNATURE]: signature };
  },
};
