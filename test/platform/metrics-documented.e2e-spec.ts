import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTidings, type RunningTidings } from '../support/app.js';

const operations = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

/** Metric names in the first column of the table, without labels. */
const documented = [...operations.matchAll(/^\|([^|]+)\|/gm)]
  .flatMap(([, cell = '']) => [...cell.matchAll(/`((?:tidings|process|nodejs)_[a-z0-9_]+)/g)])
  .map(([, name = '']) => name);

let tidings: RunningTidings;
let existing: string[];

beforeAll(async () => {
  tidings = await startTidings();
  const text = await (await fetch(`${tidings.url}/metrics`)).text();
  existing = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
}, 60_000);
afterAll(() => tidings?.stop());

describe('docs/operations.md', () => {
  it('lists only metrics that a process with all roles has', () => {
    expect(documented.length).toBeGreaterThan(10);
    expect(documented.filter((name) => !existing.includes(name))).toEqual([]);
  });

  it('lists every metric of Tidings', () => {
    const own = existing.filter((name) => name.startsWith('tidings_'));
    expect(own.filter((name) => !documented.includes(name))).toEqual([]);
  });
});
