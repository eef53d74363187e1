import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { provider } from './grafana.provider.js';

const now = new Date('2026-11-20T12:00:00Z');
const url = 'https://tidings.example.com/webhooks/k3y';
const body = Buffer.from('{"status":"firing"}');
const secrets = ['q8X2vT7mK4nB9wZ1cR6yL3dF'];
const time = String(now.getTime() / 1000);
const signature = (text: string) =>
  createHmac('sha256', secrets[0] ?? '')
    .update(text)
    .digest('hex');
const bodyAlone = { 'x-grafana-alerting-signature': signature(body.toString()) };
const timed = {
  'x-grafana-alerting-signature': signature(`${time}:${body.toString()}`),
  'x-grafana-alerting-timestamp': time,
};

const verify = (headers: Record<string, string>, options: Record<string, unknown>) =>
  provider.verify({ headers, body, url }, { secrets, now, options: provider.options?.parse(options) ?? {} });

describe('a contact point of Grafana', () => {
  it('without a timestamp header signs the body alone', () => {
    expect(verify(bodyAlone, {})).toBe(true);
    expect(verify(timed, {})).toBe(false);
  });

  it('with a timestamp header is refused if it signs the body alone', () => {
    const options = { timestampHeader: 'X-Grafana-Alerting-Timestamp' };
    expect(verify(timed, options)).toBe(true);
    expect(verify(bodyAlone, options)).toBe(false);
    expect(verify({ ...timed, ...bodyAlone }, options)).toBe(false);
  });
});
