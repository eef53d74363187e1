import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Packs each package that is published, as built.
 * @param {string} directory where the tarballs go
 * @returns {Promise<Record<string, string>>} the path of each tarball by the name of its package
 */
export async function packAll(directory) {
  const workspaces = ['client', 'backend', 'cli'].flatMap((name) => ['-w', name]);
  const flags = ['--include-workspace-root', '--ignore-scripts', '--json', '--pack-destination', directory];
  const options = { cwd: join(import.meta.dirname, '..'), maxBuffer: 64 * 2 ** 20 };
  const { stdout } = await promisify(execFile)('npm', ['pack', ...workspaces, ...flags], options);
  return Object.fromEntries(JSON.parse(stdout).map(({ name, filename }) => [name, join(directory, filename)]));
}
