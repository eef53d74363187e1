import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { deleteInPieces } from '../database/delete-in-pieces.js';

/** Erases channels whose readers have lost the right to them. Subscribers are not told: there are none. */
@Injectable()
export class ChannelErasure {
  constructor(private readonly database: Database) {}

  /** In short transactions. Ends early, with channels left, when the process stops. */
  async run(channels: readonly { id: string; name: string }[], isStopping: () => boolean): Promise<void> {
    const ids = channels.map(({ id }) => id);
    await deleteInPieces(
      this.database,
      `DELETE FROM events WHERE (channel_id, "offset") IN (
         SELECT channel_id, "offset" FROM events WHERE channel_id = ANY($1::bigint[])
         ORDER BY channel_id, "offset" LIMIT $2) RETURNING 1`,
      [ids],
      isStopping,
    );
    if (isStopping()) return;
    await this.database.query('DELETE FROM log_setbacks WHERE channel = ANY($1::text[])', [
      channels.map(({ name }) => name),
    ]);
    await this.database.query('DELETE FROM channels WHERE id = ANY($1::bigint[])', [ids]);
  }
}
