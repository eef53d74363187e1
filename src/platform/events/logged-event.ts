import { z } from 'zod';

/** An event as every reader gets it: over the WebSocket, from the REST log and by SSE. */
export const eventSchema = z
  .object({
    type: z.string().describe('what happened, `noun:past-tense`'),
    id: z.uuid(),
    channel: z.string(),
    offset: z.int().positive().describe('dense within the channel: 1, 2, 3 ...'),
    ts: z.int().describe('when it was appended, in milliseconds since 1970'),
    actor: z.uuid().nullable().describe('the user who caused it; null when no user did'),
    payload: z.unknown(),
  })
  .meta({ id: 'Event' });

/** A point in a channel: everything up to `offset` has been seen. An epoch that differs voids the offset. */
export const positionSchema = z
  .object({ channel: z.string(), epoch: z.string(), offset: z.int().min(0) })
  .meta({ id: 'Position' });

export type Position = z.infer<typeof positionSchema>;

/** The connection of the one who caused an event, where he has named it: it knows already, and needs no echo. */
export interface EventOrigin {
  readonly sessionId: string;
  readonly userId: string;
}

/** An event of the log, with the one text of it that is written to everybody. */
export interface LoggedEvent {
  readonly offset: number;
  readonly json: string;
  readonly origin?: EventOrigin;
}

export interface EventFields {
  readonly type: string;
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
  readonly ts: number;
  readonly actor: string | null;
  /** Of the actor's connection, as he says. */
  readonly sessionId?: string | null;
  /** The payload as JSON text: it is stored and sent as it was written, never parsed on the way. */
  readonly payload: string;
}

export function loggedEvent(fields: EventFields): LoggedEvent {
  const { type, id, channel, offset, ts, actor, sessionId, payload } = fields;
  const head = JSON.stringify({ type, id, channel, offset, ts, actor });
  const json = `${head.slice(0, -1)},"payload":${payload}}`;
  return sessionId && actor ? { offset, json, origin: { sessionId, userId: actor } } : { offset, json };
}
