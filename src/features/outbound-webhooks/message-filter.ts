import { z } from 'zod';
import { moment } from '../../platform/http/api/moment.js';

/** The conditions of a replay of messages. A message must meet all of them. */
export const messageFilter = z
  .strictObject({
    status: z.enum(['delivered', 'failed']).optional().describe('both without it; a pending message is sent anyway'),
    eventType: z.string().min(1).max(200).optional(),
    since: moment.optional().describe('only messages created at this time or later'),
    until: moment.optional().describe('only messages created before this time'),
  })
  .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    path: ['until'],
    message: 'must be later than `since`',
  });

export type MessageFilter = z.infer<typeof messageFilter>;
