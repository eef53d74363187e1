import { z } from 'zod';

const MAX_POINTERS = 50;

const pointer = z
  .string()
  .max(200)
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, 'must be a JSON pointer such as `/repository/full_name`');

/** The part of a webhook's body that its event carries: see `includedBody`. */
export const include = z
  .union([z.enum(['none', 'body']), z.array(pointer).min(1).max(MAX_POINTERS)])
  .describe(
    'the part of the body that `webhook:received` carries, for readers with `webhooks:bodies`: `none`, `body`, or up to 50 JSON pointers (RFC 6901)',
  );

export type Include = z.infer<typeof include>;
