import { z } from 'zod';

/** Longer payloads are cut to as many characters. */
export const MAX_TRACED_PAYLOAD = 2_048;
export const TRACE_SECONDS = 300;
/** A trace ends when its api has not asked for it for so long. */
export const KEEP_MS = 5_000;
export const ABANDONED_MS = 15_000;

/** From the api to the gateways: `<trace>`, and from the gateway: `<trace> <JSON of a TraceMessage>`. */
export const TRACE_KEEP_TOPIC = 'trace-keep';
export const TRACE_STOP_TOPIC = 'trace-stop';
export const TRACE_TOPIC = 'trace';

export const tracedFrame = z
  .object({
    at: z.int().describe('milliseconds since 1970, by the database’s clock'),
    direction: z.enum(['in', 'out']).describe('`in`: from the client; `out`: to the client'),
    type: z.string(),
    channel: z.string().nullable(),
    offset: z.int().nullable().describe('of an event'),
    bytes: z.int().describe('the length of the frame'),
    payload: z
      .string()
      .nullable()
      .describe('JSON, cut to 2,048 characters; null unless the administrator may read all of the channel'),
  })
  .meta({ id: 'TracedFrame' });

export type TracedFrame = z.infer<typeof tracedFrame>;

export const traceMessage = z.union([
  z.object({ frame: tracedFrame, dropped: z.int() }),
  z.object({ end: z.enum(['closed', 'time', 'rights', 'abandoned']) }),
]);
export type TraceMessage = z.infer<typeof traceMessage>;
export type TraceEnd = Extract<TraceMessage, { end: string }>['end'];
