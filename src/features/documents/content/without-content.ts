import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>;
export type Struct = DecodedUpdate['structs'][number];

/** The size of a struct in an update. */
export function bytesOf(struct: Struct): number {
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return encoder.toUint8Array().length;
}

/** Turns an item into a deleted one: it keeps its place and its ids, because later changes refer to them. */
export function withoutContent(struct: Struct): Struct {
  if (!(struct instanceof Y.Item)) return struct;
  const { id, origin, rightOrigin, parent, parentSub, length } = struct;
  return new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, new Y.ContentDeleted(length));
}

/** The inverse of `Y.decodeUpdate`. The structs of each client have to be adjacent, as that function returns them. */
export function encodeUpdate({ structs, ds }: DecodedUpdate): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const groups = groupByClient(structs);
  encoding.writeVarUint(encoder.restEncoder, groups.length);
  for (const group of groups) writeGroup(encoder, group);
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

function groupByClient(structs: readonly Struct[]): Struct[][] {
  const groups: Struct[][] = [];
  for (const struct of structs) {
    const last = groups.at(-1);
    if (last?.[0]?.id.client === struct.id.client) last.push(struct);
    else groups.push([struct]);
  }
  return groups;
}

function writeGroup(encoder: Y.UpdateEncoderV1, group: readonly Struct[]): void {
  const [first] = group;
  if (first === undefined) return;
  encoding.writeVarUint(encoder.restEncoder, group.length);
  encoder.writeClient(first.id.client);
  encoding.writeVarUint(encoder.restEncoder, first.id.clock);
  for (const struct of group) struct.write(encoder, 0);
}
