import { Command } from 'commander';
import { VERSION } from './api/version.js';
import { DEFINITIONS } from './definitions/definitions.js';
import { addCommand, GLOBAL_OPTIONS } from './definitions/definition.js';

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
