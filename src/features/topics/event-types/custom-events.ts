import { referenceTo, type CustomEvent } from '../../../realtime/public/asyncapi-messages.js';
import type { EventType } from './event-type.store.js';
import { definitionOf, HOLDS, type JsonSchema } from './schema-rules.js';

/** Gives the new place of a reference of a schema to itself. */
type Move = (reference: string) => string;

/** The types of a catalogue in the form in which an AsyncAPI document describes them. */
export function customEvents(types: readonly EventType[]): CustomEvent[] {
  const keys = new Set<string>();
  return types.map(({ type, description, schema }) => {
    const key = newKey(keys, `event.${type}`);
    const { $id: _id, $schema: _dialect, $defs = {}, ...own } = objectOf(schema);
    const definitions = Object.entries($defs as Record<string, JsonSchema>);
    const keyOf = new Map(definitions.map(([name]) => [name, newKey(keys, `${key}.${name}`)]));
    // Generators of types take the definitions in a schema for a property, so each gets a place of its own.
    const move: Move = (reference) => referenceTo(keyOf.get(definitionOf(reference) ?? '') ?? key);
    return {
      key,
      type,
      description,
      payload: { description, ...changed(own, move) },
      definitions: Object.fromEntries(definitions.map(([name, inner]) => [keyOf.get(name), changed(inner, move)])),
    };
  });
}

function objectOf(schema: string | null): Record<string, unknown> {
  const parsed = schema === null ? true : (JSON.parse(schema) as JsonSchema);
  if (typeof parsed === 'object') return parsed;
  return parsed ? {} : { not: {} };
}

/** The keys of components have no other characters. */
function newKey(keys: Set<string>, name: string): string {
  let key = name.replaceAll(/[^A-Za-z0-9._-]/g, '.');
  while (keys.has(key)) key += '_';
  keys.add(key);
  return key;
}

function changed<Schema extends JsonSchema>(schema: Schema, move: Move): Schema;
function changed(schema: JsonSchema, move: Move): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, changedIn(keyword, value, move)]),
  );
}

function changedIn(keyword: string, value: unknown, move: Move): unknown {
  const holds = HOLDS[keyword];
  if (keyword === '$ref') return move(String(value));
  if (holds === 'schema') return changed(value as JsonSchema, move);
  if (holds === 'list') return (value as JsonSchema[]).map((schema) => changed(schema, move));
  if (holds !== 'map') return value;
  const inner = Object.entries(value as Record<string, JsonSchema>);
  return Object.fromEntries(inner.map(([name, schema]) => [name, changed(schema, move)]));
}
