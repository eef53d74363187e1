import { channelKinds, channelName, type ChannelKind, type Reader } from '../public/define-channel-kind.js';

export interface StoredChannel {
  readonly id: string;
  readonly name: string;
}

const BATCH = 200;

/** The channels of a workspace that the log knows, in batches. */
export async function* workspaceChannels(reader: Reader, workspaceId: string): AsyncGenerator<StoredChannel[], void> {
  yield* namedAfter(reader, workspaceId);
  for (const kind of channelKinds()) yield* namedOtherwise(reader, workspaceId, kind);
}

/** Channels whose names contain the id of the workspace. */
async function* namedAfter(reader: Reader, workspaceId: string): AsyncGenerator<StoredChannel[], void> {
  const names = channelKinds()
    .filter((kind) => kind.owner === 'workspace' && kind.idsIn === undefined)
    .map(({ noun }) => channelName(noun, workspaceId));
  let after = '0';
  for (;;) {
    const channels = await reader.query<StoredChannel>(
      `SELECT id, name FROM channels
       WHERE id > $1::bigint AND (name = ANY($2::text[])
         OR EXISTS (SELECT FROM unnest($2::text[]) AS whole WHERE starts_with(name, whole || '/')))
       ORDER BY id LIMIT $3`,
      [after, names, BATCH],
    );
    if (channels.length > 0) yield channels;
    after = channels.at(-1)?.id ?? after;
    if (channels.length < BATCH) return;
  }
}

/** Channels that are named after an object of the workspace. */
async function* namedOtherwise(
  reader: Reader,
  workspaceId: string,
  kind: ChannelKind,
): AsyncGenerator<StoredChannel[], void> {
  if (kind.owner === 'user' || kind.idsIn === undefined) return;
  let after: string | null = null;
  for (;;) {
    const ids = await kind.idsIn(reader, { workspaceId, after, limit: BATCH });
    const channels = await reader.query<StoredChannel>(
      'SELECT id, name FROM channels WHERE name = ANY($1::text[]) ORDER BY id',
      [ids.map((id) => channelName(kind.noun, id))],
    );
    if (channels.length > 0) yield channels;
    after = ids.at(-1) ?? null;
    if (ids.length < BATCH) return;
  }
}
