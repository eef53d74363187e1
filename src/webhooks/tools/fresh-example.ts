import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { ProviderExample, ProviderFixtures } from '../providers/fixtures.js';
import { isObject } from '../providers/parse-body.js';
import type { Provider, WebhookRequest } from '../providers/provider.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const DIGITS = /^\d+$/;
const FORM = /^[\w.%-]+=\S*$/;
/** Shorter parts of an id may occur elsewhere in the example. */
const MIN_ID_LENGTH = 6;

type Sender = { readonly provider: Provider; readonly fixtures: ProviderFixtures };

/**
 * The examples of an event, `issues.opened`, or of all its actions, `issues`.
 * @param event undefined: all examples
 */
export function examplesOf<Example extends ProviderExample>(
  examples: readonly Example[],
  event: string | undefined,
): Example[] {
  return examples.filter(
    ({ expected: { eventType } }) => event === undefined || eventType === event || eventType.startsWith(`${event}.`),
  );
}

/** The same delivery with a new id, so that it is no repeat of an earlier one. Signed times are not part of it. */
export function freshExample<Example extends Pick<ProviderExample, 'headers' | 'body'>>(
  { provider, fixtures }: Sender,
  example: Example,
): Example {
  const options = fixtures.options ?? {};
  const idOf = ({ headers, body }: Example) =>
    provider.deliveryId({ headers, body: Buffer.from(body), url: '' }, { options });
  const eventOf = ({ headers, body }: Example) => eventTypeIn(provider, { headers, body: Buffer.from(body), url: '' });
  const id = idOf(example);
  // The ids of some senders consist of several fields.
  const parts = id === undefined ? [] : [id, ...id.split(':')].filter(({ length }) => length >= MIN_ID_LENGTH);
  const renamed = parts
    .map((part) => withOther(example, part))
    // A part can also be the event, which must stay.
    .find((candidate) => idOf(candidate) !== id && eventOf(candidate) === eventOf(example));
  return renamed ?? { ...example, body: marked(example.body) };
}

function withOther<Example extends Pick<ProviderExample, 'headers' | 'body'>>(example: Example, id: string): Example {
  const fresh = otherId(id);
  const replaced = (text: string) => text.replaceAll(id, fresh);
  const headers = Object.entries(example.headers).map(([name, value]) => [name, replaced(value)]);
  const { body } = example;
  return { ...example, headers: Object.fromEntries(headers), body: typeof body === 'string' ? replaced(body) : body };
}

/** Undefined for a body that can't be described. */
function eventTypeIn(provider: Provider, request: WebhookRequest): string | undefined {
  try {
    return provider.describe(request).eventType;
  } catch {
    return undefined;
  }
}

/** In the form of the given one: a number may be one in the body too. */
function otherId(id: string): string {
  if (UUID.test(id)) return randomUUID();
  if (!DIGITS.test(id)) return `${id}-${randomBytes(6).toString('hex')}`;
  return Array.from(id, () => randomInt(1, 10)).join('');
}

/** Adds a marker without changing the type of the content. */
function marked(body: string | Buffer): string | Buffer {
  const simulated = randomUUID();
  if (typeof body !== 'string') return Buffer.concat([body, Buffer.from(simulated)]);
  const value = /^[[{]/.test(body) ? (JSON.parse(body) as unknown) : undefined;
  if (isObject(value)) return JSON.stringify({ ...value, simulated });
  if (Array.isArray(value))
    return JSON.stringify(value.map((item: unknown) => (isObject(item) ? { ...item, simulated } : item)));
  return FORM.test(body) ? `${body}&simulated=${simulated}` : `${body}\n${simulated}\n`;
}
