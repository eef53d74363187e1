// Checks that each feature can be deleted: `npm run test:deletable [-- tasks status] [-- --all]`. In a copy of the
// checkout its folder and its lines in the wiring are removed; the rest must compile, build, start and pass its tests.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { copyCheckout } from './copy-checkout.mjs';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const WIRING = 'src/app.module.ts';

/** Tests outside of `test/features/<feature>` that are removed with a feature, as file names without their endings. */
const OWN_TESTS = {
  agents: ['cli/mcp'],
  documents: [
    'access/delete-workspace',
    'access/export-workspace',
    'features/feature-notifications',
    'faults/documents',
  ],
  notifications: ['deploy/monitoring', 'features/feature-notifications'],
  'outbound-webhooks': ['access/delete-workspace', 'deploy/monitoring', 'features/feature-notifications'],
  status: ['features/feature-notifications', 'faults/status-timers'],
  tasks: [
    'access/delete-workspace',
    'access/export-workspace',
    'features/feature-notifications',
    'features/outbound-webhooks/endpoint-makers',
    'realtime/third-party-clients',
  ],
  topics: [
    'access/delete-workspace',
    'access/export-workspace',
    'access/workspace-retention',
    'deploy/monitoring',
    'faults/publish',
    'faults/reach',
    'features/outbound-webhooks/published-events',
    'realtime/reach',
    'realtime/reach-agreement',
  ],
};

/** The remaining tests with the widest coverage, including a start and a shutdown of the real process. */
const KEY_TESTS = [
  'src/access/',
  'test/access/access',
  'test/access/api-keys',
  'test/access/isolation',
  'test/features/',
  'test/platform/migrations',
  'test/platform/shutdown',
  'test/realtime/asyncapi',
  'test/realtime/realtime-connect',
  'test/realtime/third-party-clients',
  'test/webhooks/processing',
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false } },
});

/** Removes the folder, its tests, its imports in the wiring, and the lines that use them. */
function remove(feature, copy) {
  rmSync(join(copy, 'src/features', feature), { recursive: true });
  rmSync(join(copy, 'test/features', feature), { recursive: true });
  for (const name of OWN_TESTS[feature]) {
    const ending = name.startsWith('faults/') ? 'fault-spec.ts' : 'e2e-spec.ts';
    rmSync(join(copy, `test/${name}.${ending}`));
  }
  const lines = readFileSync(join(copy, WIRING), 'utf8').split('\n');
  const imports = lines.filter((line) => line.includes(`'./features/${feature}/`));
  const names = imports.flatMap((line) => line.match(/\b\w+Module\b/g) ?? []);
  const uses = lines.filter((line) => !imports.includes(line) && names.some((name) => line.includes(name)));
  const left = lines.filter((line) => !imports.includes(line) && !uses.includes(line));
  if (imports.length === 0 || uses.length === 0) throw new Error(`${WIRING} does not mention ${feature}.`);
  writeFileSync(join(copy, WIRING), left.join('\n'));
  return imports.length + uses.length;
}

async function step(name, copy, command) {
  const startedAt = performance.now();
  const passed = await run('sh', ['-c', command], { cwd: copy, maxBuffer: 2 ** 28, env: environment(copy) }).then(
    () => true,
    ({ stdout, stderr }) => {
      process.stdout.write(`\n$ ${command}\n${stdout}${stderr}\n`);
      return false;
    },
  );
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`  ${passed ? 'ok  ' : 'FAIL'}  ${name.padEnd(9)} ${seconds.padStart(6)} s`);
  return passed;
}

const environment = (copy) => ({
  ...process.env,
  PATH: `${join(copy, 'node_modules/.bin')}:${process.env.PATH}`,
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
});

async function tryWithout(feature) {
  const copy = await copyCheckout('tidings-without-');
  try {
    const lines = remove(feature, copy);
    console.log(`without ${feature} and its ${lines} lines in ${WIRING}`);
    const tests = options.all ? '' : KEY_TESTS.join(' ');
    return (
      // Some tests read generated files, so these must match the reduced service.
      (await step('build', copy, 'npm run build:server')) &&
      (await step('generate', copy, 'node scripts/generate.mjs')) &&
      (await step('types', copy, 'tsc --noEmit -p tsconfig.json')) &&
      (await step('tests', copy, `jest ${tests}`))
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const features = readdirSync(join(ROOT, 'src/features')).toSorted();
const unknown = features.filter((feature) => !(feature in OWN_TESTS));
if (unknown.length > 0) throw new Error(`List the tests of ${unknown.join(', ')} in scripts/deletable.mjs.`);
const failed = [];
for (const feature of positionals.length > 0 ? positionals : features) {
  if (!(await tryWithout(feature))) failed.push(feature);
}
console.log(failed.length === 0 ? '\nEach feature can be deleted.' : `\nCannot be deleted: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
