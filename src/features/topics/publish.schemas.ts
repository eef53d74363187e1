import { z } from 'zod';

/** The noun, the id of a workspace, and a path of eight segments of 64 characters. */
const MAX_CHANNEL_LENGTH = 600;
const MAX_EVENTS = 100;

export const publishKey = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !text.includes('\0'), 'contains U+0000');

export const typeName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/);

const channel = z
  .string()
  .min(1)
  .max(MAX_CHANNEL_LENGTH)
  .describe('`topic:<workspaceId>/<path>`, or `user:<id>` of a member');

export const newEvent = z
  .strictObject({
    channel,
    type: typeName.describe('`noun:past-tense`; not one of the types that Tidings itself sends'),
    payload: z
      .unknown()
      .refine((value) => value !== undefined, 'is missing')
      .describe('any JSON, at most 64 KiB'),
    id: publishKey.optional().describe('your own key of the event: for 24 h a repeat is answered and not written'),
  })
  .meta({
    id: 'NewEvent',
    example: {
      channel: 'topic:0199d2a0-0000-7000-8000-000000000001/orders/eu',
      type: 'order:paid',
      payload: { order: 17 },
      id: 'order-17-paid',
    },
  });

const manyEvents = z.strictObject({ events: z.array(newEvent).min(1).max(MAX_EVENTS) });

export const publishRequest = z.union([newEvent, manyEvents], {
  error: `give \`channel\`, \`type\` and \`payload\`, or \`events\` with 1 to ${MAX_EVENTS} of these`,
});

export const publishedEvent = z
  .object({ id: z.uuid(), channel: z.string(), offset: z.int().positive() })
  .meta({ id: 'PublishedEvent' });

export const publishResponse = z.object({ events: z.array(publishedEvent).describe('in the order of the request') });

export type NewEvent = z.infer<typeof newEvent>;
export type PublishRequest = z.infer<typeof publishRequest>;
export type PublishedEvent = z.infer<typeof publishedEvent>;
export type PublishResponse = z.infer<typeof publishResponse>;

export const eventsOf = (request: PublishRequest): readonly NewEvent[] =>
  'events' in request ? request.events : [request];
