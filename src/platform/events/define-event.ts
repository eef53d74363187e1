import type { ZodType } from 'zod';

/** A kind of event: its name, `noun:past-tense`, and its payload schema. */
export interface EventDefinition<Payload = unknown> {
  readonly name: string;
  readonly payload: ZodType<Payload>;
  /**
   * Fields of the payload that only some readers of its channel may see: those with the `restrictedPermission` of the
   * channel's kind. Other fields must remain.
   */
  readonly restricted?: readonly string[];
}

const declared = new Map<string, EventDefinition>();

/** All declared kinds of events, by name. */
export function declaredEvents(): EventDefinition[] {
  return [...declared.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws Error when the name is declared twice */
export function defineEvent<Payload>(
  name: string,
  payload: ZodType<Payload>,
  restricted: readonly (keyof Payload & string)[] = [],
): EventDefinition<Payload> {
  if (declared.has(name)) throw new Error(`The event ${name} is declared twice.`);
  const definition = { name, payload, restricted };
  declared.set(name, definition);
  return definition;
}
