// Checks the packages as they would be published: `npm run lint:packages`, after a build.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packAll } from './pack-all.mjs';

const run = promisify(execFile);
/** The others are commands: they have no types to check, and export nothing but their package.json. */
const LIBRARIES = ['@tidings/client', '@tidings/server'];

const directory = mkdtempSync(join(tmpdir(), 'tidings-packages-'));
try {
  const tarballs = await packAll(directory);
  for (const [name, tarball] of Object.entries(tarballs)) {
    const checks = [['publint', tarball, '--strict'], ...(LIBRARIES.includes(name) ? [['attw', tarball]] : [])];
    for (const check of checks) console.log((await run('npx', ['--no-install', ...check])).stdout);
  }
} catch (error) {
  console.error(String(error.stdout ?? '') || error);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
