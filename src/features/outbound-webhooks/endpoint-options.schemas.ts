import { z } from 'zod';
import { isContentFilter } from './content-filter.js';
import { ENDPOINT_KINDS } from './endpoint.entity.js';
import { RETRY_PRESETS } from './retry-schedule.js';

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** Visible ASCII, spaces and tabs (https://www.rfc-editor.org/rfc/rfc9110#section-5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e]{0,2000}$/;
/** Headers that the service sets, and those of the connection. */
const RESERVED =
  /^(host|connection|keep-alive|te|trailer|upgrade|expect|transfer-encoding|content-.*|proxy-.*|webhook-.*|tidings-.*)$/;
const MAX_HEADERS = 20;
const MAX_PAUSE_SECONDS = 7 * 86_400;

const headers = z
  .record(z.string().regex(HEADER_NAME), z.string().regex(HEADER_VALUE))
  .refine((given) => Object.keys(given).length <= MAX_HEADERS, `at most ${MAX_HEADERS} headers`)
  .refine((given) => !Object.keys(given).some((name) => RESERVED.test(name.toLowerCase())), 'a reserved header')
  .describe('headers of each request, for example `authorization`; stored encrypted, and shown by name only');

export const timeoutMs = z.int().min(1_000).max(30_000).describe('milliseconds to wait for a response');

export const rateLimit = z
  .int()
  .min(1)
  .max(1_000)
  .nullable()
  .describe('maximum messages per second, on average; null: no limit');

export const retries = z
  .union([z.enum(RETRY_PRESETS), z.array(z.int().min(1).max(MAX_PAUSE_SECONDS)).max(20)])
  .describe(
    'the pauses between attempts: `standard` (ten attempts in three days), `quick` (six in ten minutes), `none`, or a list of seconds',
  );

export const ordered = z
  .boolean()
  .describe(
    'send one message at a time, in the order of the events; a message that fails stops the others until it is accepted. When it has no attempts left, the endpoint is disabled',
  );

export const filter = z
  .record(z.string(), z.unknown())
  .refine(isContentFilter, 'not a filter of at most 4,096 bytes with the operators that the documentation lists')
  .nullable()
  .describe(
    'send only events that match, for example `{"payload.provider": "github"}`: a query in the form of MongoDB over `type`, `channel`, `actor` and `payload`',
  );

const sourceIds = z
  .array(z.uuid())
  .max(100)
  .describe('only for a relay: the sources whose webhooks it gets; empty: all sources of the workspace');

export const kind = z
  .enum(ENDPOINT_KINDS)
  .describe(
    '`event`: messages about events; `relay`: the received webhooks with their original headers and bytes, `eventTypes` is ignored',
  );

/** The options of an endpoint in a request, all optional. */
export const endpointOptions = {
  sourceIds: sourceIds.optional(),
  headers: headers.optional(),
  timeoutMs: timeoutMs.optional(),
  rateLimit: rateLimit.optional(),
  retries: retries.optional(),
  ordered: ordered.optional(),
  filter: filter.optional(),
};

/** The options of an endpoint as shown. */
export const shownOptions = {
  kind,
  sourceIds,
  headers: z.array(z.string()).describe('the names of the headers of each request'),
  timeoutMs,
  rateLimit,
  retries,
  ordered,
  filter,
};
