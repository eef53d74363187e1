import type { Definition } from './definition.js';
import { DELIVERIES } from './deliveries.js';
import { EVENTS } from './events.js';
import { PEOPLE } from './people.js';
import { PROGRAMS } from './programs.js';
import { SENDERS } from './senders.js';
import { SESSION } from './session.js';
import { SERVER_PROGRAMS } from './server-programs.js';

const COMPLETION: Definition = {
  usage: 'completion <shell>',
  summary: 'Print the completion script of bash, zsh or fish.',
  examples: ['source <(tidings completion bash)', 'tidings completion fish > ~/.config/fish/completions/tidings.fish'],
  load: async () => (await import('../commands/completion.js')).completionOf(DEFINITIONS),
};

/** All commands, in the order of the help. */
export const DEFINITIONS: readonly Definition[] = [
  ...SESSION,
  ...SENDERS,
  ...DELIVERIES,
  ...EVENTS,
  ...PEOPLE,
  ...SERVER_PROGRAMS,
  ...PROGRAMS,
  COMPLETION,
];
