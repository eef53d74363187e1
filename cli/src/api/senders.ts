import type { components } from '@tidings/server';
import { usageError } from '../errors.js';
import { answer } from './answer.js';
import type { Connection } from './connect.js';

export type Sender = components['schemas']['Provider'];

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly example?: Readonly<Record<string, unknown>>;
}

/** @throws CliError `usage.invalid` that lists the senders */
export async function senderNamed({ api }: Connection, name: string): Promise<Sender> {
  const { items } = await answer(api.GET('/v1/providers'));
  const sender = items.find((one) => one.name === name);
  if (sender !== undefined) return sender;
  throw usageError(`There is no sender ${name}.`, `Known: ${items.map((one) => one.name).join(', ')}.`);
}

const schemaOf = ({ options }: Sender): Schema => options ?? {};

/** An example of each required option, as ` --option topicArn=arn:aws:sns:...`; empty: none is missing. */
export function requiredOptions(sender: Sender, given: Readonly<Record<string, unknown>> = {}): string {
  const { required = [], example = {} } = schemaOf(sender);
  const missing = required.filter((name) => given[name] === undefined);
  return missing.map((name) => ` --option ${name}=${String(example[name] ?? `<${name}>`)}`).join('');
}

/** The options of a source from lines of the form `name=value`; what is no text in the schema is JSON. */
export function optionsFrom(sender: Sender, lines: readonly string[]): Record<string, unknown> {
  const { properties = {} } = schemaOf(sender);
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([A-Za-z]+)=([\s\S]*)$/.exec(line) ?? [];
      if (name === '') throw usageError(`${line} is not an option.`, 'Write --option name=value.');
      const { type, enum: choices } = properties[name] ?? { type: 'string' };
      return [name, type === 'string' || choices !== undefined ? value : parsed(name, value)];
    }),
  );
}

function parsed(name: string, value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw usageError(`The value of the option ${name} is not JSON.`);
  }
}
