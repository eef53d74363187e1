import { MessageType } from '@hocuspocus/server';
import * as decoding from 'lib0/decoding';
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync';

/** A client's message, decoded as far as it is checked before Hocuspocus gets it. */
export interface ClientMessage {
  readonly documentId: string;
  readonly kind: 'auth' | 'syncStep1' | 'update' | 'syncStep2' | 'awareness' | 'leave' | 'other';
  /** The token, for `auth`. */
  readonly token: string;
  /** The state vector for `syncStep1`; for `syncStep2` an update with everything that the server may lack. */
  readonly body: Uint8Array;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOTHING = new Uint8Array();

/** @returns undefined for a message that is not part of the protocol */
export function readMessage(bytes: Uint8Array): ClientMessage | undefined {
  try {
    const decoder = decoding.createDecoder(bytes);
    const documentId = decoding.readVarString(decoder);
    // Hocuspocus keeps names as keys of plain objects.
    return ID.test(documentId) ? { documentId, token: '', body: NOTHING, ...readBody(decoder) } : undefined;
  } catch {
    return undefined;
  }
}

function readBody(decoder: decoding.Decoder): Pick<ClientMessage, 'kind'> & Partial<ClientMessage> {
  const type: MessageType = decoding.readVarUint(decoder);
  switch (type) {
    case MessageType.Auth:
      decoding.readVarUint(decoder);
      return { kind: 'auth', token: decoding.readVarString(decoder) };
    case MessageType.Sync:
    case MessageType.SyncReply:
      return readSync(decoder);
    case MessageType.Awareness:
      return { kind: 'awareness', body: decoding.readVarUint8Array(decoder) };
    case MessageType.CLOSE:
      return { kind: 'leave' };
    case MessageType.QueryAwareness:
      return { kind: 'other' };
    default:
      throw new Error('The message type is not allowed.');
  }
}

function readSync(decoder: decoding.Decoder): Pick<ClientMessage, 'kind'> & Partial<ClientMessage> {
  const type = decoding.readVarUint(decoder);
  const body = decoding.readVarUint8Array(decoder);
  if (type === messageYjsSyncStep1) return { kind: 'syncStep1', body };
  if (type === messageYjsSyncStep2) return { kind: 'syncStep2', body };
  if (type === messageYjsUpdate) return { kind: 'update', body };
  throw new Error('The sync step is unknown.');
}
