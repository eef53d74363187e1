import { isObject, parseEntire, type Payload } from './parse-body.js';

const STRINGS = /"(?:[^"\\]|\\.)*"/gs;

/**
 * The object of a body whose fields are signed, rather than its bytes. Every reader must see the same values: nothing
 * for a body of which `parseJson` reads only the outline, or with a name twice, of which parsers take either value.
 */
export function readUnambiguousObject(body: Buffer): Payload | undefined {
  try {
    const value = parseEntire(body)?.value;
    return isObject(value) && countOfColons(body) === countOfNames(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One for each name in the text. */
const countOfColons = (body: Buffer): number => body.toString('utf8').replaceAll(STRINGS, '').split(':').length - 1;

/** Safe to recurse: the depth of a body that is parsed entirely is limited. */
function countOfNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items = Object.values(value);
  const own = Array.isArray(value) ? 0 : items.length;
  return items.reduce((sum: number, item) => sum + countOfNames(item), own);
}
