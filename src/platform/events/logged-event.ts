import { z } from 'zod';

/** An event in the form that all readers get: over the WebSocket, from the REST API and by SSE. */
export const eventSchema = z
  .object({
    type: z.string().describe('event type, `noun:past-tense`'),
    id: z.uuid(),
    channel: z.string(),
    offset: z.int().positive().describe('position in the channel, without gaps: 1, 2, 3 ...'),
    ts: z.int().describe('time of the append, in milliseconds since 1970'),
    actor: z.uuid().nullable().describe('user who caused the event; null if there was none'),
    trace: z
      .string()
      .optional()
      .describe('`traceparent` (W3C Trace Context) of the event, if it belongs to a trace that is recorded'),
    payload: z.unknown(),
  })
  .meta({ id: 'Event' });

/** A position in a channel: everything up to `offset` has been seen. The offset is invalid in another epoch. */
export const positionSchema = z
  .object({ channel: z.string(), epoch: z.string(), offset: z.int().min(0) })
  .meta({ id: 'Position' });

export type Position = z.infer<typeof positionSchema>;

/** The connection that caused an event, if it was named: its client needs no echo. */
export interface EventOrigin {
  readonly sessionId: string;
  readonly userId: string;
}

/** An event of the log with its JSON text, which is serialized once for all receivers. */
export interface LoggedEvent {
  readonly offset: number;
  /** Without the restricted part: every reader of the channel may see it. */
  readonly json: string;
  /** The restricted part, a JSON object; absent from most events. */
  readonly restricted?: string;
  readonly origin?: EventOrigin;
}

export interface EventFields {
  readonly type: string;
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
  readonly ts: number;
  readonly actor: string | null;
  /** The actor's connection, according to the actor. */
  readonly sessionId?: string | null;
  /** The `traceparent` of its append; null or undefined if no trace is recorded. */
  readonly trace?: string | null;
  /** The payload as JSON text, stored and sent unchanged and never parsed in between. */
  readonly payload: string;
  /** The part of the payload that takes a permission of its own, as the text of a JSON object. */
  readonly restricted?: string | null;
}

export function loggedEvent(fields: EventFields): LoggedEvent {
  const { type, id, channel, offset, ts, actor, sessionId, trace, payload, restricted } = fields;
  const head = JSON.stringify({ type, id, channel, offset, ts, actor, trace: trace ?? undefined });
  const json = `${head.slice(0, -1)},"payload":${payload}}`;
  return {
    offset,
    json,
    ...(restricted ? { restricted } : {}),
    ...(sessionId && actor ? { origin: { sessionId, userId: actor } } : {}),
  };
}

/** The event with its restricted part, for readers who may see it. */
export const wholeJson = ({ json, restricted }: Pick<LoggedEvent, 'json' | 'restricted'>): string =>
  restricted === undefined ? json : `${wholePayload(json.slice(0, -1), restricted)}}`;

/** Joins a payload and its restricted part. Both are texts of JSON objects, and the payload is not empty. */
export const wholePayload = (payload: string, restricted: string | null | undefined): string =>
  restricted ? `${payload.slice(0, -1)},${restricted.slice(1)}` : payload;

/** In the text of an event with a trace; the payload of another event can hold it, too. */
export const TRACE_KEY = ',"trace":"';
const PAYLOAD_KEY = ',"payload":';
const TRACE_PARENT_LENGTH = 55;

/**
 * The trace of an event, read from its JSON text or from a text that begins with other members and then has the event.
 * A quotation mark within a text is escaped, so the keys are those of the event, up to its payload.
 */
export function traceOf(json: string): string | undefined {
  const at = json.indexOf(TRACE_KEY);
  if (at < 0 || at > json.indexOf(PAYLOAD_KEY)) return undefined;
  const start = at + TRACE_KEY.length;
  return json.slice(start, start + TRACE_PARENT_LENGTH);
}
