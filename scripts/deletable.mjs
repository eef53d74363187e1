// Checks that each feature can be deleted: `npm run test:deletable [-- tasks status] [-- --all]`. In a copy of the
// checkout its folder and its lines in the wiring are removed; the rest must compile, build, start and pass its tests.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const WIRING = 'src/app.module.ts';

/** A test of several features, which is removed with each of them. */
const TOGETHER = 'feature-notifications';

/** Tests that are removed with a feature, as file name prefixes in test/ and test/faults/. */
const OWN_TESTS = {
  documents: ['document', TOGETHER],
  notifications: ['notification', 'push', TOGETHER],
  'outbound-webhooks': ['endpoint'],
  status: ['status', TOGETHER],
  tasks: ['tasks', 'third-party-clients', TOGETHER],
};

/** The remaining tests with the widest coverage, including a start and a shutdown of the real process. */
const KEY_TESTS = [
  'src/access/',
  'test/access',
  'test/api-keys',
  'test/asyncapi',
  'test/isolation',
  'test/migrations',
  'test/processing',
  'test/realtime-connect',
  'test/shutdown',
  ...Object.values(OWN_TESTS).flatMap((names) => names.map((name) => `test/${name}`)),
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false } },
});

async function copyCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'tidings-without-'));
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await run('git', list, { cwd: ROOT, maxBuffer: 2 ** 26 });
  const deleted = await run('git', ['ls-files', '--deleted', '-z'], { cwd: ROOT });
  const gone = new Set(deleted.stdout.split('\0'));
  for (const path of new Set(stdout.split('\0'))) {
    if (path !== '' && !gone.has(path)) cpSync(join(ROOT, path), join(copy, path));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Removes the folder, its tests, its imports in the wiring, and the lines that use them. */
function remove(feature, copy) {
  rmSync(join(copy, 'src/features', feature), { recursive: true });
  for (const folder of ['test', 'test/faults']) {
    for (const file of readdirSync(join(copy, folder))) {
      const isOwn = OWN_TESTS[feature].some((name) => file.startsWith(name));
      if (isOwn && file.endsWith('-spec.ts')) rmSync(join(copy, folder, file));
    }
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
  const copy = await copyCheckout();
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
