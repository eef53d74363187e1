import { z } from 'zod';
import { pageQuery, pageSchema } from '../../../platform/http/api/page.js';
import { typeName } from '../publish.schemas.js';

const description = z.string().max(2_000);
const schema = z
  .union([z.boolean(), z.record(z.string(), z.unknown())])
  .describe('a JSON Schema (2020-12) for payloads, at most 32 KiB');

export const eventTypeRequest = z
  .strictObject({
    type: typeName.optional().describe('the type in the path, if given'),
    description: description.default(''),
    schema: schema.optional().describe('without it every payload fits'),
  })
  .meta({
    id: 'EventTypeRequest',
    example: {
      description: 'A customer has paid an order.',
      schema: { type: 'object', properties: { order: { type: 'integer' } }, required: ['order'] },
    },
  });

export const eventTypeResponse = z
  .object({
    type: typeName,
    description,
    schema: schema.optional(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'EventType' });

export const eventTypesQuery = pageQuery.extend({
  cursor: typeName.optional().describe('`nextCursor` of the previous page'),
});

export const eventTypesResponse = pageSchema(eventTypeResponse);

export type EventTypeRequest = z.infer<typeof eventTypeRequest>;
export type EventTypeResponse = z.infer<typeof eventTypeResponse>;
export type EventTypesQuery = z.infer<typeof eventTypesQuery>;
export type EventTypesResponse = z.infer<typeof eventTypesResponse>;
