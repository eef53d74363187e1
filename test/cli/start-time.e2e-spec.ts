import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { Cli } from '../support/cli.js';

const ROUNDS = 15;
/** The limit beyond the start of Node itself: together less than 150 ms on a machine at rest. */
const MAX_OWN_MS = 100;

const cli = new Cli();
afterAll(() => cli.dispose());

/** @returns milliseconds */
function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(command, args, { env });
  if (status !== 0) throw new Error(stderr.toString());
  return performance.now() - begin;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

describe('the command line', () => {
  it.each(['--version', '--help'])('starts in less than 150 ms with %s', (option) => {
    const { command, args, env } = cli.invocation(option);
    const [bare, own]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(timed(command, ['-e', '0'], env));
      own.push(timed(command, args, env));
    }
    // A busy machine starts Node more slowly too, so the time beyond it counts, and at most three starts of Node.
    const [ofNode, ofCli] = [median(bare), median(own)];
    console.log(`${option}: ${Math.round(ofCli)} ms, Node alone ${Math.round(ofNode)} ms`);
    expect(ofCli).toBeLessThan(Math.max(ofNode + MAX_OWN_MS, ofNode * 3));
  });
});
