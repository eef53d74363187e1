import { Command } from 'commander';
import { VERSION } from './api/version.js';
import { DEFINITIONS } from './definitions/definitions.js';
import { addCommand, type Definition } from './definitions/definition.js';

/** Options of every command. */
export const GLOBAL_OPTIONS: NonNullable<Definition['options']> = [
  ['--profile <name>', 'the profile to use (TIDINGS_PROFILE)'],
  ['--url <url>', 'the server, in place of that of the profile (TIDINGS_URL)'],
  ['--workspace <id|name>', 'the workspace, in place of that of the profile (TIDINGS_WORKSPACE)'],
  ['--json', 'print JSON for programs: one document, or one line for each item of a live list'],
];

export function makeProgram(): Command {
  const program = new Command('tidings')
    .description('The command line of Tidings: webhooks in, live updates out.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print the help of a command')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const [flags, text] of GLOBAL_OPTIONS) program.option(flags, text);
  for (const definition of DEFINITIONS) addCommand(program, definition);
  return program;
}
