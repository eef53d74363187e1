// Checks the client package as it would be published: `npm run lint:package`, after a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'tidings-package-'));
const run = (command, ...args) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], shell: process.platform === 'win32' }).toString();
try {
  const packed = run('npm', 'pack', '-w', 'client', '--ignore-scripts', '--json', '--pack-destination', directory);
  const tarball = join(directory, packed.match(/"filename": "(.*)"/)[1]);
  for (const [command, ...args] of [
    ['publint', tarball, '--strict'],
    ['attw', tarball],
  ]) {
    console.log(run('npx', '--no-install', command, ...args));
  }
} catch (error) {
  console.error(String(error.stdout ?? error));
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
