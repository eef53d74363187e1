import type { Transaction } from '../database/database.js';
import { loggedEvent, type LoggedEvent } from './logged-event.js';

interface StateRow {
  readonly epoch: string;
  readonly head: string;
  readonly tail: string;
}

interface EventRow {
  readonly offset: string;
  readonly id: string;
  readonly type: string;
  readonly actor: string | null;
  readonly payload: string;
  readonly restricted: string | null;
  readonly trace: string | null;
  readonly ts: string;
}

/** A channel with the events that it keeps. */
export interface ChannelContent {
  readonly epoch: string;
  readonly head: number;
  readonly tail: number;
  /** Oldest first. */
  readonly pages: AsyncIterable<LoggedEvent[]>;
}

const PAGE_SIZE = 100;

/** Reads a whole channel in the snapshot of a transaction, one page in memory at a time. */
export async function readChannelEvents(
  tx: Transaction,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<ChannelContent> {
  const [state] = await tx.query<StateRow>('SELECT epoch, head, tail FROM channels WHERE id = $1', [id]);
  if (state === undefined) throw new Error('A channel of the snapshot is missing.');
  return { epoch: state.epoch, head: Number(state.head), tail: Number(state.tail), pages: pagesOf(tx, id, name) };
}

async function* pagesOf(tx: Transaction, channelId: string, channel: string): AsyncGenerator<LoggedEvent[], void> {
  let after = '0';
  for (;;) {
    const rows = await tx.query<EventRow>(
      `SELECT "offset", id, type, actor, trace, payload::text AS payload, restricted::text AS restricted,
         (extract(epoch FROM created_at) * 1000)::bigint AS ts
       FROM events WHERE channel_id = $1 AND "offset" > $2::bigint ORDER BY "offset" LIMIT $3`,
      [channelId, after, PAGE_SIZE],
    );
    yield rows.map((row) => loggedEvent({ ...row, channel, offset: Number(row.offset), ts: Number(row.ts) }));
    after = rows.at(-1)?.offset ?? after;
    if (rows.length < PAGE_SIZE) return;
  }
}
