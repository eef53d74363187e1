/**
 * Builds only what has changed since its last build, so that `npm start` does not wait for nothing: all parts, or those
 * that the arguments name. `--built` only notes that all have just been built.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = [
  {
    script: 'build:server',
    result: 'dist/main.js',
    stamp: 'dist/.sources',
    sources: ['src', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc'],
  },
  {
    script: 'build:dashboard',
    result: 'dashboard/dist/index.html',
    stamp: 'dashboard/dist/.sources',
    sources: [
      'dashboard/src',
      'dashboard/public',
      'dashboard/index.html',
      'dashboard/vite.config.ts',
      'client/src',
      'package-lock.json',
    ],
  },
  {
    script: 'build:guide',
    result: 'docs/.vitepress/dist/index.html.gz',
    stamp: 'docs/.vitepress/dist/.sources',
    sources: [
      'docs',
      'client/README.md',
      'backend/README.md',
      'bench/README.md',
      'dashboard/public/icon.svg',
      'package-lock.json',
    ],
  },
];

const BUILT = /[\\/](?:dist|cache)(?:[\\/]|$)/;

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  const paths = readdirSync(path, { recursive: true }).map((name) => join(path, name));
  return paths.filter((one) => !BUILT.test(one));
}

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesBelow).toSorted()) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

async function build({ script, result, stamp, sources }) {
  const now = fingerprint(sources);
  const isBuilt = existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (isBuilt) return 0;
  const child = spawn('npm', ['run', script], { stdio: 'inherit', shell: process.platform === 'win32' });
  const [status] = await once(child, 'close');
  if (status === 0) writeFileSync(stamp, now);
  return status ?? 1;
}

const names = process.argv.slice(2);
if (names.includes('--built')) {
  for (const { stamp, sources } of PARTS) writeFileSync(stamp, fingerprint(sources));
} else {
  // The parts do not need each other.
  const statuses = await Promise.all(
    PARTS.filter(({ script }) => names.length === 0 || names.includes(script)).map(build),
  );
  process.exitCode = Math.max(...statuses);
}
