import { z } from 'zod';
import { eventSchema, positionSchema } from '../../platform/events/logged-event.js';
import { moment } from '../../platform/http/api/moment.js';
import { MAX_CHANNEL_LENGTH } from '../protocol/client-payloads.js';

const offset = z.coerce.number().int().min(0);
const count = z.coerce.number().int().min(1).max(200);

export const eventsQuery = z
  .object({
    channel: z.string().min(1).max(MAX_CHANNEL_LENGTH),
    after: offset
      .optional()
      .describe('only events after this offset; 0, the default, starts with the oldest event still kept'),
    epoch: z
      .uuid()
      .optional()
      .describe('the epoch of the position that `after` belongs to; the page is empty if the log has another epoch'),
    cursor: offset.optional().describe('`nextCursor` of the previous page, instead of `after`'),
    limit: count.default(50).describe('maximum number of events'),
    latest: count
      .optional()
      .describe('the number of newest events to return, oldest first, instead of `after` and `limit`'),
    before: z.coerce
      .number()
      .int()
      .min(1)
      .optional()
      .describe('only events before this offset: the newest `latest` or `limit` of them, oldest first'),
    type: z.string().min(1).max(100).optional().describe('only events of this type, e.g. `webhook:received`'),
    since: moment.optional().describe('only events appended at this time or later'),
    until: moment.optional().describe('only events appended before this time'),
  })
  .refine(({ latest, after, cursor }) => latest === undefined || (after ?? cursor) === undefined, {
    path: ['latest'],
    message: 'use either `latest` or an offset, not both',
  })
  .refine(({ before, after, cursor }) => before === undefined || (after ?? cursor) === undefined, {
    path: ['before'],
    message: 'use either `before` or `after`, not both',
  })
  .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    path: ['until'],
    message: 'must be later than `since`',
  });

export const eventsResponse = z.object({
  items: z.array(eventSchema),
  recovered: z
    .boolean()
    .describe('false if events between `after` and this page are lost or the epoch differs: reload the data'),
  position: positionSchema.describe(
    'subscribe from here to continue after this page without a gap; with a filter, everything up to here was searched',
  ),
  nextCursor: z.string().nullable().describe('null on the last page, and with `latest` and `before`'),
  nextBefore: z
    .string()
    .nullable()
    .describe(
      'with `latest` and `before`: `before` of the page with the events before this one; null on the first page',
    ),
  stopped: z
    .boolean()
    .describe('true if the search has read its limit of events: there may be more, although the page is not full'),
});

export type EventsQuery = z.infer<typeof eventsQuery>;
export type EventsResponse = z.infer<typeof eventsResponse>;
