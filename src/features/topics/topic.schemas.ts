import { z } from 'zod';
import { pageQuery, pageSchema } from '../../platform/http/api/page.js';

const MAX_PATH_LENGTH = 520;
/** Any part of a path from its start. */
const pathStart = z
  .string()
  .max(MAX_PATH_LENGTH)
  .regex(/^[a-z0-9_./-]*$/);

export const topicSchema = z
  .object({
    channel: z.string(),
    path: z.string().describe('the part of the channel after the workspace'),
    epoch: z.uuid().describe('changes when the topic is deleted and published to again'),
    head: z.int().positive().describe('the offset of the newest event'),
    tail: z.int().min(0).describe('the offset of the newest event that the log no longer keeps; 0 for none'),
    size: z.int().min(0).describe('number of events that the log keeps'),
    lastEventAt: z.iso.datetime().nullable().describe('null when the log no longer keeps the newest event'),
    listeners: z
      .int()
      .min(0)
      .describe('number of users who are subscribed, on all nodes; connections with API keys not counted'),
  })
  .meta({ id: 'Topic' });

export const topicsQuery = pageQuery.extend({
  cursor: pathStart.optional().describe('`nextCursor` of the previous page'),
  prefix: pathStart.optional().describe('only topics whose path begins with this text, for example `orders/`'),
});

export const topicsResponse = pageSchema(topicSchema);

export const topicQuery = z.object({ channel: z.string().min(1).max(600).describe('the channel of the topic') });

export type Topic = z.infer<typeof topicSchema>;
export type TopicsQuery = z.infer<typeof topicsQuery>;
export type TopicsResponse = z.infer<typeof topicsResponse>;
export type TopicQuery = z.infer<typeof topicQuery>;
