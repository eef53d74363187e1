import type { Choices } from '../dice.js';
import type { Things } from './tenant.js';

const fullWidth = (text: string): string =>
  text.replaceAll(/[0-9:]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
const percents = (text: string): string =>
  [...text].map((sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

/** Variants of a name that a parser, a database or a cache might treat as the same name. */
const DISGUISES: readonly [(name: string) => string, ...((name: string) => string)[]] = [
  (name) => name.toUpperCase(),
  (name) => `{${name}}`,
  (name) => name.replaceAll('-', ''),
  (name) => `urn:uuid:${name}`,
  (name) => ` ${name}`,
  (name) => `${name} `,
  (name) => `${name}\t`,
  (name) => `${name}\n`,
  (name) => `${name}\0`,
  (name) => `${name}x`,
  (name) => `${name}\u200b`,
  (name) => name.slice(0, -1),
  (name) => `./${name}`,
  (name) => `${name}'--`,
  (name) => `${name}%`,
  fullWidth,
  percents,
];

export function disguised(random: Choices, name: string): string {
  return random.chance(0.6) ? name : random.pick(DISGUISES)(name);
}

/** A channel of another workspace or user, or a name that might be mistaken for one. */
export function foreignChannel(random: Choices, own: Things, theirs: Things): string {
  const noun = random.pick(['webhooks', 'workspace', 'webhooks', 'user', 'tasks', 'documents', 'topic']);
  const id = noun === 'user' ? theirs.userId : theirs.workspaceId + (noun === 'topic' ? '/things' : '');
  const name = `${noun}:${id}`;
  if (random.chance(0.4)) return name;
  return random.pick([
    () => random.pick(DISGUISES)(name),
    () => `${noun}:${random.pick(DISGUISES)(id)}`,
    () => `${noun}::${id}`,
    () => `${noun}:${id}:`,
    () => `${noun}:${own.workspaceId}:${id}`,
    () => `${noun}:${id}:${own.workspaceId}`,
    () => `${noun}:${own.workspaceId},${noun}:${id}`,
    () => `${noun}: ${id}`,
    () => `${noun} :${id}`,
    () => `${noun.toUpperCase()}:${id}`,
    () => `${noun.replaceAll('e', '\u0435')}:${id}`,
    () => `${noun}\u02d0${id}`,
    () => `${noun}%3A${id}`,
    () => `${noun}:*`,
    () => `*:${id}`,
    () => `${noun}:${id.slice(0, 8)}%`,
    () => id,
  ])();
}
