import { isObject, parseJson } from '../providers/parse-body.js';
import type { BodyConditions } from './delivery-filter.js';

/** Whether the body is JSON and holds each text, number, boolean or null at its path. */
export function conditionsHold(body: Buffer, conditions: BodyConditions): boolean {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    return false;
  }
  return Object.entries(conditions).every(([path, wanted]) => textAt(value, path.split('.')) === wanted);
}

function textAt(root: unknown, path: readonly string[]): string | undefined {
  let value = root;
  for (const name of path) {
    if (!(isObject(value) || Array.isArray(value)) || !isOwnItem(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'object' && value !== null ? undefined : String(value);
}

/** False for the length of an array, which is not in the body. */
const isOwnItem = (value: object, name: string): boolean => Object.prototype.propertyIsEnumerable.call(value, name);
