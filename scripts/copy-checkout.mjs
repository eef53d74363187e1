import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

/**
 * Copies the files of the working tree, committed or not, to a new temporary folder. The packages are a link.
 * @returns its path
 */
export async function copyCheckout(prefix) {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
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
