import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError, EXIT } from '../errors.js';

export const start = (): Promise<void> => runProgram('main');

export const backup = ([file]: readonly [string], { force }: { readonly force?: boolean }): Promise<void> =>
  runProgram('backup', file, ...(force === true ? ['--force'] : []));

export const restore = ([file]: readonly [string]): Promise<void> => runProgram('restore', file);

export const migrate = (_: readonly [], { plan }: { readonly plan?: boolean }): Promise<void> =>
  runProgram('migrate', ...(plan === true ? ['--plan'] : []));

/** Runs a program of the server in this process, which then ends as the program does. */
async function runProgram(name: string, ...args: readonly string[]): Promise<void> {
  const path = join(serverFolder(), 'dist', `${name}.js`);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

/** The package `tidings` contains this command line and finds itself; `tidings-cli` finds it in the same project. */
function serverFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('tidings/package.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    const hint = 'The package `tidings` contains it, e.g. npx tidings start. In a clone: npm start, npm run backup.';
    throw new CliError('server.not-installed', 'The server is not installed here.', EXIT.usage, { hint });
  }
}
