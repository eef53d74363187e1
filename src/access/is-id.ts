import { validate as isUuid } from 'uuid';

/** Accepts lower case only, since upper case would give one resource a second name and a second channel. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && isUuid(value) && value === value.toLowerCase();
}
