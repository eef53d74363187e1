#!/usr/bin/env node
import { CommanderError } from 'commander';
import colors from 'picocolors';
import { CliError, EXIT } from './errors.js';
import { makeProgram } from './program.js';
import { clean, note } from './terminal/output.js';

/** Prints an error as the user wants it. @returns the exit code */
function report(error: unknown, asJson: boolean): number {
  // The parser has printed its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const isExpected = error instanceof CliError;
  const code = isExpected ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const hint = isExpected ? error.details.hint : undefined;
  if (asJson) note(JSON.stringify({ error: { code, message, ...(hint !== undefined && { hint }) } }));
  else {
    note(`${colors.red('Error:')} ${clean(message)} ${colors.dim(`(${code})`)}`);
    if (hint !== undefined) note(clean(hint));
    if (!isExpected && error instanceof Error) note(colors.dim(error.stack ?? ''));
  }
  return isExpected ? error.exitCode : EXIT.failed;
}

// The reader of a pipe, such as `head`, may end first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' && process.exit(EXIT.ok));

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'));
}
