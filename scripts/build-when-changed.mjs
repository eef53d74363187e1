/** Builds only what has changed since its last build, so that `npm start` does not wait for nothing. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
];

const filesBelow = (path) =>
  statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [path];

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesBelow).toSorted()) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

for (const { script, result, stamp, sources } of PARTS) {
  const now = fingerprint(sources);
  const isBuilt = existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (isBuilt) continue;
  const { status } = spawnSync('npm', ['run', script], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, now);
}
