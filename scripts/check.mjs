// Runs all checks that must pass before a change is merged: `npm run check [-- --without=tests]`.
import { spawn } from 'node:child_process';

/**
 * Stages run one after another; the steps of a stage run in parallel. After `build` nothing is built again:
 * --ignore-scripts skips `pretest` and `pregenerate`.
 */
const stages = [
  [
    { name: 'format', command: 'npm run format:check' },
    { name: 'lint', command: 'npm run lint' },
    { name: 'prose', command: 'npm run lint:prose' },
  ],
  [
    { name: 'types', command: 'npm run typecheck' },
    { name: 'law', command: 'npm run law' },
    { name: 'licences', command: 'npm run lint:licences' },
  ],
  [{ name: 'build', command: 'npm run build' }],
  [
    { name: 'generated', command: 'npm run generate --ignore-scripts -- --check' },
    { name: 'openapi', command: 'npm run lint:openapi' },
    { name: 'packages', command: 'npm run lint:packages' },
    { name: 'installed', command: 'npm run test:packages --ignore-scripts -- --fast' },
  ],
  [{ name: 'tests', command: 'npm test --ignore-scripts' }],
];

const without = new Set(
  process.argv
    .filter((argument) => argument.startsWith('--without='))
    .flatMap((argument) => argument.slice(10).split(',')),
);

function run({ name, command }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      const passed = code === 0;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${passed ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)} ${seconds.padStart(6)} s`);
      if (!passed) process.stdout.write(`\n$ ${command}\n${Buffer.concat(output).toString()}\n`);
      resolve(passed);
    });
  });
}

const failed = [];
for (const stage of stages) {
  const steps = stage.filter(({ name }) => !without.has(name));
  const passed = await Promise.all(steps.map(run));
  failed.push(...steps.filter((_, index) => !passed[index]).map(({ name }) => name));
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
