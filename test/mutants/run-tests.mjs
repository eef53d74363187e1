import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const LONGEST_MS = 600_000;

/**
 * Runs the tests of these mutants, and no other tests of their files.
 * @returns the full names of the tests that passed, the failures, and the output of jest
 */
export async function runTests({ root }, mutants) {
  const report = join(root, 'jest-report.json');
  rmSync(report, { force: true });
  const specs = [...new Set(mutants.map(({ spec }) => spec))];
  const tests = mutants.map(({ test }) => test.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  const settings = ['--json', `--outputFile=${report}`, `--testNamePattern=${tests.join('|')}`];
  const output = await jest(root, [
    ...settings,
    `--cacheDirectory=${join(root, '.jest-cache')}`,
    '--runTestsByPath',
    ...specs,
  ]);
  if (!existsSync(report)) return { passed: [], failures: [], output };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = results.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
  return { passed, failures: results.filter(({ status }) => status === 'failed').map(failureOf), output };
}

/** An `expect` or an `eventually` of the test itself, not an error on the way to it. */
function failureOf({ fullName, failureMessages, failureDetails }) {
  const isAssertion =
    failureDetails.some((detail) => detail?.matcherResult !== undefined) ||
    failureMessages.some((message) =>
      /^(?:\[cause\]: )?(?:Error: )?(?:expect\(|Not within \d+ ms: )/m.test(stripColours(message)),
    );
  return { name: fullName, isAssertion, message: stripColours(failureMessages[0] ?? '') };
}

// oxlint-disable-next-line no-control-regex
const stripColours = (text) => text.replaceAll(/\u001B\[\d+m/g, '');

/** @returns the output, after the end of the tests or after ten minutes */
function jest(root, options) {
  const arguments_ = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--forceExit', ...options];
  const child = spawn(process.execPath, arguments_, {
    cwd: root,
    // Its workers are in its process group, so they end with it.
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
  });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  const deadline = setTimeout(end, LONGEST_MS);
  return new Promise((resolve) =>
    child.once('close', () => {
      clearTimeout(deadline);
      resolve(Buffer.concat(chunks).toString());
    }),
  );
}
