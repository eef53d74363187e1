import { validate as isUuid } from 'uuid';

/** In lower case only: capitals would be a second name of the same thing, and a second channel. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && isUuid(value) && value === value.toLowerCase();
}
