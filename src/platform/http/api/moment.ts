import { z } from 'zod';

const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A timestamp, converted to UTC: PostgreSQL does not accept every valid offset, nor the year 0. */
export const moment = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => Date.parse(text) >= FIRST && Date.parse(text) <= LAST, {
    message: 'must be a time between the years 1 and 9999',
    abort: true,
  })
  .overwrite((text) => new Date(text).toISOString());
