import { isObject, type Payload } from './parse-body.js';

/*
 * Senders add, rename and drop fields without notice, and a delivery must still be readable. So payloads have no
 * schema: each value is checked on access, and a missing or malformed value is undefined.
 */

/** The text or number at a dotted path (`pull_request.user.login`), as text; undefined if it is empty or missing. */
export function textAt(payload: Payload, path: string): string | undefined {
  const value = valueAt(payload, path);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The first text at one of the paths. */
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

/** Empty if there is no list. */
export function listAt(payload: Payload, path: string): readonly unknown[] {
  const value = valueAt(payload, path);
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; other items are left out. */
export function objectsAt(payload: Payload, path: string): readonly Payload[] {
  return listAt(payload, path).filter(isObject);
}

export function valueAt(payload: Payload, path: string): unknown {
  let value: unknown = payload;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Payload)[key];
  }
  return value;
}

/** Looks up a key from a sender: `constructor` must not match a property of Object.prototype. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, key: string | undefined): Entry | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
