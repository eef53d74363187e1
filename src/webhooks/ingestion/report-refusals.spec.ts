import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../test/support/eventually.js';
import { publicationsOf } from '../providers/fixtures.js';
import { fixtures } from '../providers/github/github.fixtures.js';
import { loadProviders } from '../providers/load-providers.js';
import type { LiveSource } from '../sources/live-sources.js';
import { ReportRefusals } from './report-refusals.js';

const github = (await loadProviders()).get('github');
const secret = 'a long and random secret';
const request = { headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, body: Buffer.from('{}'), url: '' };

function source(id: string): LiveSource {
  if (github === undefined) throw new Error('The github provider is missing.');
  const plain = { key: '', version: 1, options: {}, enabled: true, replayGuardSeconds: 0, dedupWindowSeconds: 0 };
  return {
    ...plain,
    id,
    workspaceId: 'w',
    provider: github,
    secrets: [secret],
    keysBySecret: [{ fingerprint: 'one', keys: [secret] }],
    publications: publicationsOf(fixtures),
    networks: undefined,
    secretHeaders: new Set(),
  };
}

const lines: Array<Record<string, unknown>> = [];
const nothing = () => undefined;

beforeEach(() => {
  lines.length = 0;
  Logger.overrideLogger({ log: nothing, error: nothing, warn: (line: Record<string, unknown>) => lines.push(line) });
});
afterEach(() => Logger.overrideLogger(true));

/** An explanation takes several turns of the event loop. */
const written = (count: number) => eventually('The log has the lines.', () => lines.length >= count);

describe('the log line for a rejected webhook', () => {
  it('names source, code and cause, and no secret', async () => {
    new ReportRefusals().report(source('s1'), request);
    expect(lines).toEqual([]);
    await written(1);
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'webhook refused',
        code: 'webhook.invalid-signature',
        sourceId: 's1',
        provider: 'github',
        cause: 'secret',
        detail: expect.any(String),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('is written at most once per second and source and five times in total', async () => {
    const refusals = new ReportRefusals();
    for (let i = 0; i < 1_000; i++) refusals.report(source(`s${i % 20}`), request);
    await written(5);
    expect(lines.map(({ sourceId }) => sourceId)).toEqual(['s0', 's1', 's2', 's3', 's4']);
    expect(lines[0]?.['unreported']).toBe(995);
  });
});
