import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { scopedPermission } from '../../access/public/scoped-permissions.js';
import { userChannel } from '../../access/public/user-channel.js';
import { idOfChannel } from '../../access/public/define-channel-kind.js';
import type { Principal } from '../../identity/public/principal.js';
import type { TidingsError } from '../../platform/errors.js';
import type { EventDraft, EventPlace } from '../../platform/events/event-log.js';
import { jsonExcess } from '../../platform/http/server/json-limits.js';
import { newId } from '../../platform/ids.js';
import { isReservedType } from '../../realtime/public/reserved-types.js';
import type { NewEvent } from './publish.schemas.js';
import { keyReused, payloadExcessive, payloadTooLarge, typeReserved } from './topic.errors.js';
import { pathOfTopic, TOPICS_PUBLISH, USERS_NOTIFY } from './topics.declarations.js';

const MAX_PAYLOAD_BYTES = 65_536;

export interface Publisher {
  readonly principal: Principal;
  /** The connection that gets a `position` in place of the events. */
  readonly socketSession: string | null;
  /** The `traceparent` that the events continue; undefined if no trace is recorded. */
  readonly trace?: string | undefined;
}

/** A key and the hash of what it was used for. Keys of different users are independent. */
export interface PublishKey {
  readonly key: string;
  readonly bodyHash: Buffer;
}

/** An event and what writing it requires. */
export interface PublishedDraft {
  readonly draft: EventDraft;
  /** With its scope; undefined for a channel that no event can be published to. */
  readonly permission: string | undefined;
  /** The user whose channel it is, for a channel of a user. */
  readonly recipient: string | undefined;
  readonly key: PublishKey | undefined;
}

/** The events of one call, which are written together or not at all. */
export interface Publication {
  readonly principal: Principal;
  readonly workspaceId: string;
  /** Each key once. */
  readonly drafts: readonly PublishedDraft[];
  /** For each event of the call the index of its draft. */
  readonly order: readonly number[];
  readonly bytes: number;
}

/** The places of a call's events, in the order of the call, or why none of them was written. */
export type Outcome = readonly EventPlace[] | TidingsError;

/**
 * Checks the events of a call as far as that is possible without the database.
 * @param callKey covers the events without an `id`
 * @throws `publish.reserved-type`, `publish.payload-too-large`, `publish.key-reused`, `publish.excessive-payload`
 */
export function publicationOf(
  { principal, socketSession, trace }: Publisher,
  workspaceId: string,
  events: readonly NewEvent[],
  callKey?: string,
): Publication {
  const callHash = callKey === undefined ? undefined : hashOf(events);
  const drafts: PublishedDraft[] = [];
  const order = events.map((event, i) => {
    const payload = payloadOf(event);
    const key =
      event.id === undefined
        ? callHash && { key: `call:${callKey}:${i}`, bodyHash: callHash }
        : { key: `event:${event.id}`, bodyHash: hashOf([event.channel, event.type, payload]) };
    const known = key && drafts.findIndex((draft) => draft.key?.key === key.key);
    if (key !== undefined && known !== undefined && known >= 0) return sameAs(drafts, known, key);
    const { channel, type } = event;
    const draft = { id: newId(), channel, type, actor: principal.userId, sessionId: socketSession, payload, trace };
    return drafts.push({ draft, key, ...requirementOf(workspaceId, channel) }) - 1;
  });
  const bytes = drafts.reduce((sum, { draft }) => sum + draft.payload.length, 0);
  return { principal, workspaceId, drafts, order, bytes };
}

function payloadOf({ type, payload }: NewEvent): string {
  if (isReservedType(type)) throw typeReserved();
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) throw payloadTooLarge();
  // The body parser has checked a call over HTTP already; a frame comes here unchecked.
  const excess = jsonExcess(text);
  if (excess !== undefined) throw payloadExcessive(`payload: ${excess}`);
  return text;
}

function requirementOf(workspaceId: string, channel: string): Pick<PublishedDraft, 'permission' | 'recipient'> {
  const path = pathOfTopic(workspaceId, channel);
  if (path !== undefined) return { permission: scopedPermission(TOPICS_PUBLISH, path), recipient: undefined };
  const recipient = idOfChannel(channel);
  const isOfUser = channel === userChannel(recipient);
  return isOfUser ? { permission: USERS_NOTIFY, recipient } : { permission: undefined, recipient: undefined };
}

function sameAs(drafts: readonly PublishedDraft[], known: number, { bodyHash }: PublishKey): number {
  if (drafts[known]?.key?.bodyHash.equals(bodyHash) !== true) throw keyReused();
  return known;
}

const hashOf = (value: unknown): Buffer => createHash('sha256').update(JSON.stringify(value)).digest();
