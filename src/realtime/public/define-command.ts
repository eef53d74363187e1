import type { ZodType } from 'zod';

/** A frame that a client sends to a feature, and the feature's answer. A failed command is answered with `error`. */
export interface Command<Payload = unknown, Answer = unknown> {
  readonly type: string;
  /** The request of the frame, in one sentence. */
  readonly summary: string;
  readonly payload: ZodType<Payload>;
  readonly answer: { readonly type: string; readonly summary: string; readonly payload: ZodType<Answer> };
}

const declared = new Map<string, Command>();

export const commandOf = (type: string): Command | undefined => declared.get(type);

export const declaredCommands = (): Command[] => [...declared.values()];

/**
 * Declares a command in every process. `Commands.handle` gives it a handler in the processes that serve sockets.
 * @throws Error if the type is declared twice
 */
export function defineCommand<Payload, Answer>(command: Command<Payload, Answer>): Command<Payload, Answer> {
  if (declared.has(command.type)) throw new Error(`The command ${command.type} is declared twice.`);
  declared.set(command.type, command);
  return command;
}
