/** Builds only if the sources have changed since the last build, so that `npm start` does not wait for nothing. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'dist/.sources';
const INPUTS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc'];

function fingerprint() {
  const sources = readdirSync('src', { recursive: true }).map((path) => join('src', path));
  const hash = createHash('sha256');
  for (const path of [...INPUTS, ...sources.toSorted()]) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

const now = fingerprint();
const isBuilt = existsSync('dist/main.js') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now;
if (!isBuilt) {
  const { status } = spawnSync('npm', ['run', 'build:server'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(STAMP, now);
}
