import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>;
export type Struct = DecodedUpdate['structs'][number];

/** How many bytes a struct takes in an update. */
export function bytesOf(struct: Struct): number {
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return encoder.toUint8Array().length;
}

/** As if the item had been deleted: it keeps its place and its ids, so that what was written after it still finds both. */
export function withoutContent(struct: Struct): Struct {
  if (!(struct instanceof Y.Item)) return struct;
  const { id, origin, rightOrigin, parent, parentSub, length } = struct;
  return new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, new Y.ContentDeleted(length));
}

/** The opposite of `Y.decodeUpdate`; the structs of each client have to be in one row, as they come from there. */
export function encodeUpdate({ structs, ds }: DecodedUpdate): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const rows = rowsOf(structs);
  encoding.writeVarUint(encoder.restEncoder, rows.length);
  for (const row of rows) writeRow(encoder, row);
  encoding.writeVarUint(encoder.restEncoder, ds.clients.size);
  for (const [client, deleted] of ds.clients) {
    encoding.writeVarUint(encoder.restEncoder, client);
    encoding.writeVarUint(encoder.restEncoder, deleted.length);
    for (const { clock, len } of deleted) {
      encoding.writeVarUint(encoder.restEncoder, clock);
      encoding.writeVarUint(encoder.restEncoder, len);
    }
  }
  return encoder.toUint8Array();
}

function rowsOf(structs: readonly Struct[]): Struct[][] {
  const rows: Struct[][] = [];
  for (const struct of structs) {
    const last = rows.at(-1);
    if (last?.[0]?.id.client === struct.id.client) last.push(struct);
    else rows.push([struct]);
  }
  return rows;
}

function writeRow(encoder: Y.UpdateEncoderV1, row: readonly Struct[]): void {
  const [first] = row;
  if (first === undefined) return;
  encoding.writeVarUint(encoder.restEncoder, row.length);
  encoder.writeClient(first.id.client);
  encoding.writeVarUint(encoder.restEncoder, first.id.clock);
  for (const struct of row) struct.write(encoder, 0);
}
