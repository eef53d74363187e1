import { usageError } from '../errors.js';

/** The number of items of a list. */
export function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw usageError(`${text} is not a number from 1 to 200.`);
}
