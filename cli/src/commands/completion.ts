import { DEFINITIONS } from '../definitions/definitions.js';
import { nameOf, type Definition } from '../definitions/definition.js';
import { usageError } from '../errors.js';
import { GLOBAL_OPTIONS } from '../program.js';
import { print } from '../terminal/output.js';

const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

export async function completion([shell = '']: readonly string[]): Promise<void> {
  const script = SHELLS[shell];
  if (script === undefined) throw usageError(`There is no completion for ${shell}.`, 'Use bash, zsh or fish.');
  print(script());
}

const namesOf = (options: Definition['options'] = []): string[] =>
  options.flatMap(([flags]) => flags.match(/--[a-z-]+/) ?? []);

const optionsOf = ({ options }: Definition): string[] => [...namesOf(options), ...namesOf(GLOBAL_OPTIONS), '--help'];

/** For a text between single quotes. */
const unquoted = (text: string): string => text.replaceAll("'", '');

const commands = (): string => DEFINITIONS.map(nameOf).join(' ');

function bash(): string {
  const cases = DEFINITIONS.map((one) => `    ${nameOf(one)}) words="${optionsOf(one).join(' ')}" ;;`);
  return [
    '_tidings() {',
    '  local words command="${COMP_WORDS[1]}"',
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${commands()}" -- "\${COMP_WORDS[1]}")); return; fi`,
    '  case "$command" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _tidings tidings',
  ].join('\n');
}

function zsh(): string {
  const names = DEFINITIONS.map((one) => `    '${nameOf(one)}:${unquoted(one.summary).replaceAll(':', '\\:')}'`);
  const cases = DEFINITIONS.map((one) => `    ${nameOf(one)}) compadd -- ${optionsOf(one).join(' ')} ;;`);
  return [
    '#compdef tidings',
    '_tidings() {',
    '  local -a commands=(',
    ...names,
    '  )',
    "  if (( CURRENT == 2 )); then _describe 'command' commands; return; fi",
    '  case "$words[2]" in',
    ...cases,
    '  esac',
    '  _files',
    '}',
    'compdef _tidings tidings',
  ].join('\n');
}

function fish(): string {
  return DEFINITIONS.flatMap((one) => [
    `complete -c tidings -n __fish_use_subcommand -f -a ${nameOf(one)} -d '${unquoted(one.summary)}'`,
    ...optionsOf(one).map(
      (name) => `complete -c tidings -n '__fish_seen_subcommand_from ${nameOf(one)}' -l ${name.slice(2)}`,
    ),
  ]).join('\n');
}
