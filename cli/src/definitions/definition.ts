import type { Command } from 'commander';

/** A command: its arguments in order, then its options with those of every command. */
export type Run = (args: never, options: never) => Promise<void>;

/** Describes a command: its parser, its help, its page in docs/cli.md and its completion are made from it. */
export interface Definition {
  /** The name and the arguments: `listen <target>`. */
  readonly usage: string;
  readonly summary: string;
  /** Paragraphs. */
  readonly details?: readonly string[];
  readonly options?: ReadonlyArray<readonly [flags: string, text: string, byDefault?: string]>;
  readonly examples: readonly string[];
  /** Loaded when the command runs, so that the others start quickly. */
  readonly load: () => Promise<Run>;
}

/** Options of every command. */
export const GLOBAL_OPTIONS: NonNullable<Definition['options']> = [
  ['--profile <name>', 'the profile to use (TIDINGS_PROFILE)'],
  ['--url <url>', 'the server, in place of that of the profile (TIDINGS_URL)'],
  ['--workspace <id|name>', 'the workspace, in place of that of the profile (TIDINGS_WORKSPACE)'],
  ['--json', 'print JSON for programs: one document, or one line for each item of a live list'],
];

export const nameOf = ({ usage }: Definition): string => usage.split(' ')[0] ?? '';

export function addCommand(program: Command, definition: Definition): void {
  const { usage, summary, details = [], options = [], examples, load } = definition;
  const command = program
    .command(usage)
    .summary(summary)
    .description([summary, ...details].join('\n\n'));
  for (const [flags, text, byDefault] of options) {
    const isRepeated = flags.endsWith('...>');
    if (isRepeated) command.option(flags.replace('...>', '>'), text, collect);
    else command.option(flags, text, byDefault);
  }
  command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
  command.action(async () => {
    const run = await load();
    await run(command.processedArgs as never, command.optsWithGlobals());
  });
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
