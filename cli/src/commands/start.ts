import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError, EXIT } from '../errors.js';

/** Runs the server in this process, which then ends as the server does. */
export async function start(): Promise<void> {
  await import(pathToFileURL(join(serverFolder(), 'dist/main.js')).href);
}

/** The package `tidings` contains this command line and finds itself; `tidings-cli` finds it in the same project. */
function serverFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('tidings/package.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    const hint = 'The package `tidings` contains it: npx tidings start. In a clone of the repository: npm start.';
    throw new CliError('server.not-installed', 'The server is not installed here.', EXIT.usage, { hint });
  }
}
