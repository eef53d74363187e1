import { z } from 'zod';

const SPAN_CURSOR = /^[\da-f-]{36}\.[\da-f-]{36}\.\d{1,15}$/;

export const reachQuery = z.object({
  userId: z.uuid().toLowerCase().optional().describe('only this user, with the reason if the event was not written'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('maximum number of sessions'),
  cursor: z.string().regex(SPAN_CURSOR).optional().describe('`nextCursor` of the previous page'),
});

const sessionOutcome = z
  .enum(['written', 'echo', 'behind', 'unknown'])
  .describe(
    '`written`: the event was written to the session; `echo`: it is the session of the author, which gets a position ' +
      'instead; `behind`: the session is open, and its last recorded position is before the event; `unknown`: its node ' +
      'died or has not reported yet, and may have written the event',
  );

const userOutcome = z
  .enum(['written', 'echo', 'behind', 'unknown', 'no-permission', 'no-session', 'not-subscribed'])
  .describe(
    'the best outcome of the sessions of the user. Without one: `no-permission` when the user could not read the channel ' +
      'at the time of the event, `no-session`, `not-subscribed`, or `unknown` where the record is incomplete',
  );

const time = z.iso.datetime().nullable();

const reachedSession = z
  .object({
    userId: z.uuid(),
    sessionId: z.uuid().describe('as the client got it in `connected`'),
    nodeId: z.uuid().describe('the process that the session was connected to'),
    via: z.enum(['ws', 'sse']),
    outcome: sessionOutcome,
    writtenAfter: time.describe(
      'the event was written at this time or later: its own time, or the begin of the subscription; null unless it was written',
    ),
    writtenBefore: time.describe(
      'the event was written before this time: that of the first report with it, or the end of the subscription',
    ),
    recordedUntil: z.iso.datetime().describe('when the subscription ended, or was reported last'),
  })
  .meta({ id: 'ReachedSession' });

export const reachResponse = z
  .object({
    event: z.object({
      id: z.uuid(),
      type: z.string(),
      channel: z.string(),
      offset: z.int().positive(),
      at: z.iso.datetime().describe('time of the append'),
    }),
    note: z.string().describe('what the outcomes mean, in words: written is not read'),
    complete: z
      .boolean()
      .describe(
        'false if the event is too recent or too old for the record, or a node died or did not record at its time: ' +
          'sessions may then be missing',
      ),
    user: z
      .object({
        userId: z.uuid(),
        outcome: userOutcome,
        since: time.describe('with `no-permission`: when the user lost the permission; null if never held'),
      })
      .nullable()
      .describe('null without `userId`'),
    items: z.array(reachedSession).describe('the sessions that the event was or may have been written to, by user'),
    nextCursor: z.string().nullable().describe('null on the last page'),
  })
  .meta({ id: 'Reach' });

export type ReachQuery = z.infer<typeof reachQuery>;
export type ReachResponse = z.infer<typeof reachResponse>;
export type ReachedSession = z.infer<typeof reachedSession>;
export type UserOutcome = z.infer<typeof userOutcome>;
