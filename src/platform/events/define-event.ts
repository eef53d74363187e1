import type { ZodType } from 'zod';

/** A kind of event: its name, `noun:past-tense`, and its payload schema. */
export interface EventDefinition<Payload = unknown> {
  readonly name: string;
  readonly payload: ZodType<Payload>;
}

const declared = new Map<string, EventDefinition>();

/** All declared kinds of events, by name. */
export function declaredEvents(): EventDefinition[] {
  return [...declared.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws Error when the name is declared twice */
export function defineEvent<Payload>(name: string, payload: ZodType<Payload>): EventDefinition<Payload> {
  if (declared.has(name)) throw new Error(`The event ${name} is declared twice.`);
  const definition = { name, payload };
  declared.set(name, definition);
  return definition;
}
