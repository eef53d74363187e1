import { GLOBAL_OPTIONS, nameOf, type Definition } from '../definitions/definition.js';
import { usageError } from '../errors.js';
import { print } from '../terminal/output.js';

const SHELLS: Readonly<Record<string, (all: readonly Definition[]) => string>> = { bash, zsh, fish };

export const completionOf =
  (all: readonly Definition[]) =>
  async ([shell = '']: readonly string[]): Promise<void> => {
    const script = SHELLS[shell];
    if (script === undefined) throw usageError(`There is no completion for ${shell}.`, 'Use bash, zsh or fish.');
    print(script(all));
  };

const namesOf = (options: Definition['options'] = []): string[] =>
  options.flatMap(([flags]) => flags.match(/--[a-z-]+/) ?? []);

const optionsOf = ({ options }: Definition): string[] => [...namesOf(options), ...namesOf(GLOBAL_OPTIONS), '--help'];

/** For a text between single quotes. */
const unquoted = (text: string): string => text.replaceAll("'", '');

function bash(all: readonly Definition[]): string {
  const cases = all.map((one) => `    ${nameOf(one)}) words="${optionsOf(one).join(' ')}" ;;`);
  return [
    '_tidings() {',
    '  local words command="${COMP_WORDS[1]}"',
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${all.map(nameOf).join(' ')}" -- "\${COMP_WORDS[1]}")); return; fi`,
    '  case "$command" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _tidings tidings',
  ].join('\n');
}

function zsh(all: readonly Definition[]): string {
  const names = all.map((one) => `    '${nameOf(one)}:${unquoted(one.summary).replaceAll(':', '\\:')}'`);
  const cases = all.map((one) => `    ${nameOf(one)}) compadd -- ${optionsOf(one).join(' ')} ;;`);
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

function fish(all: readonly Definition[]): string {
  return all
    .flatMap((one) => [
      `complete -c tidings -n __fish_use_subcommand -f -a ${nameOf(one)} -d '${unquoted(one.summary)}'`,
      ...optionsOf(one).map(
        (name) => `complete -c tidings -n '__fish_seen_subcommand_from ${nameOf(one)}' -l ${name.slice(2)}`,
      ),
    ])
    .join('\n');
}
