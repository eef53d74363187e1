import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { z } from 'zod';
import { AWARENESS_BYTES } from '../content/limits.js';

const state = z.looseObject({ user: z.looseObject({}).optional().catch(undefined) }).nullable();

/**
 * What a client says about itself, with its user's id put in by us. It speaks for one `clientId` only: providers repeat
 * what they hear of others, and that is left out.
 * @returns undefined when nothing is left, or it is malformed or too large
 */
export function ownAwareness(update: Uint8Array, clientId: number | undefined, userId: string): Own | undefined {
  if (update.length > AWARENESS_BYTES * 8) return undefined;
  try {
    const decoder = decoding.createDecoder(update);
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const id = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const said = state.parse(JSON.parse(decoding.readVarString(decoder)));
      if (clientId === undefined ? said === null : id !== clientId) continue;
      const text = JSON.stringify(said && { ...said, user: { ...said.user, id: userId } });
      return text.length > AWARENESS_BYTES ? undefined : { clientId: id, update: encode(id, clock, text) };
    }
  } catch {
    // Nothing that could be shown to anybody.
  }
  return undefined;
}

interface Own {
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
