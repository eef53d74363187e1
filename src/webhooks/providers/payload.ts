import type { Payload } from './parse-body.js';

/*
 * A sender adds, renames and drops fields without asking, and a delivery is worth showing all the same. So a payload
 * has no schema as a whole; each value is checked where it is read, and what isn't there or isn't right is undefined.
 */

/** The text or number at a dotted path (`pull_request.user.login`), as text; undefined when it is empty or missing. */
export function textAt(payload: Payload, path: string): string | undefined {
  const value = valueAt(payload, path);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The first of several paths that holds a text. */
export function firstTextAt(payload: Payload, ...paths: string[]): string | undefined {
  for (const path of paths) {
    const text = textAt(payload, path);
    if (text !== undefined) return text;
  }
  return undefined;
}

export function numberAt(payload: Payload, path: string): number | undefined {
  const value = valueAt(payload, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function flagAt(payload: Payload, path: string): boolean {
  return valueAt(payload, path) === true;
}

/** Empty when there is no list. */
export function listAt(payload: Payload, path: string): readonly unknown[] {
  const value = valueAt(payload, path);
  return Array.isArray(value) ? value : [];
}

export function valueAt(payload: Payload, path: string): unknown {
  let value: unknown = payload;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Payload)[key];
  }
  return value;
}

/** A table that is asked for by what a sender wrote: `constructor` is not in it, whatever Object.prototype says. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, key: string | undefined): Entry | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
