import { z } from 'zod';

/** Channels of each connection in a list. One connection has all of its channels. */
export const LISTED_CHANNELS = 20;
export const MAX_LISTED = 500;

export const connectionsQuery = z.object({
  userId: z.uuid().toLowerCase().optional().describe('only connections of this user'),
  channel: z.string().min(1).max(300).optional().describe('only connections that are subscribed to this channel'),
  nodeId: z.uuid().toLowerCase().optional().describe('only connections to this process'),
  limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(100).describe('maximum number of connections'),
});

const inspectedChannel = z.object({
  channel: z.string(),
  offset: z.int().describe('of the last event that was written to the connection'),
  behind: z.int().describe('events that the process knows and has not written yet'),
});

export const inspectedConnection = z
  .object({
    id: z.uuid().describe('the `sessionId` that the client got in `connected`'),
    userId: z.uuid().nullable().describe('null until the client has authenticated'),
    nodeId: z.uuid().describe('the process that the client is connected to'),
    via: z.enum(['ws', 'sse']).describe('`ws`: a WebSocket; `sse`: a stream of server-sent events'),
    ofFeature: z.boolean().describe('whether it is the WebSocket of a feature, such as a document: it has no channels'),
    since: z.iso.datetime(),
    address: z.string().describe('network address of the client, as far as TRUST_PROXY tells'),
    channels: z
      .array(inspectedChannel)
      .describe(`the channels that it is subscribed to; a list has at most ${LISTED_CHANNELS} of each connection`),
    channelCount: z.int(),
    bufferedBytes: z.int().describe('bytes written that the network has not taken yet'),
  })
  .meta({ id: 'Connection' });

const missing = z
  .array(z.uuid())
  .describe('processes that did not answer within a second: their connections are not included');

export const connectionsResponse = z
  .object({
    items: z.array(inspectedConnection).describe('the newest first'),
    truncated: z.boolean().describe('whether there are more connections: narrow the filter'),
    missing,
  })
  .meta({ id: 'Connections' });

/** The answer of one process. */
export const connectionsOfNode = connectionsResponse.omit({ missing: true });
/** The answer of one process about a connection: null where it has no such connection. */
export const connectionOfNode = inspectedConnection.nullable();

export type ConnectionsQuery = z.infer<typeof connectionsQuery>;
export type InspectedConnection = z.infer<typeof inspectedConnection>;
export type ConnectionsResponse = z.infer<typeof connectionsResponse>;
