import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { z } from 'zod';
import { AWARENESS_BYTES } from '../content/limits.js';

const state = z.looseObject({ user: z.looseObject({}).optional().catch(undefined) }).nullable();

/**
 * Reads a client's own awareness state and sets the id of its user. States of other clients, which providers repeat,
 * are left out.
 * @returns undefined when no state is left, or the update is malformed or too large
 */
export function ownAwareness(
  update: Uint8Array,
  clientId: number | undefined,
  userId: string,
): OwnAwareness | undefined {
  if (update.length > AWARENESS_BYTES * 8) return undefined;
  try {
    const decoder = decoding.createDecoder(update);
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const id = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const own = state.parse(JSON.parse(decoding.readVarString(decoder)));
      if (clientId === undefined ? own === null : id !== clientId) continue;
      const text = JSON.stringify(own && { ...own, user: { ...own.user, id: userId } });
      return text.length > AWARENESS_BYTES ? undefined : { clientId: id, update: encode(id, clock, text) };
    }
  } catch {
    // A malformed update is dropped.
  }
  return undefined;
}

interface OwnAwareness {
  readonly clientId: number;
  readonly update: Uint8Array;
}

function encode(clientId: number, clock: number, text: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint(encoder, clientId);
  encoding.writeVarUint(encoder, clock);
  encoding.writeVarString(encoder, text);
  return encoding.toUint8Array(encoder);
}
