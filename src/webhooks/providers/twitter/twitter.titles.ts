import { firstLine, sentence } from '../description.js';
import { andMore, capitalized, wordsOf } from '../event-sentence.js';
import { isObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, objectsAt, textAt } from '../payload.js';

/** The lists of the Account Activity API. */
const PHRASES: Readonly<Record<string, string>> = {
  tweet_create_events: 'posted',
  tweet_delete_events: 'deleted a post',
  favorite_events: 'liked a post',
  follow_events: 'followed an account',
  unfollow_events: 'unfollowed an account',
  block_events: 'blocked an account',
  unblock_events: 'unblocked an account',
  mute_events: 'muted an account',
  unmute_events: 'unmuted an account',
  direct_message_events: 'sent a direct message',
  direct_message_indicate_typing_events: 'is typing a direct message',
  direct_message_mark_read_events: 'read a direct message',
};

/** The list of the Account Activity API that a delivery has. */
const listIn = (payload: Payload): string | undefined =>
  Object.keys(payload).find((name) => name.endsWith('_events') && Array.isArray(payload[name]));

export function eventTypeOf(payload: Payload): string | undefined {
  const own = textAt(payload, 'data.event_type');
  if (own !== undefined) return own;
  if (isObject(payload['user_event'])) return 'user_event';
  const list = listIn(payload);
  // An unfollowed account comes in the list of followed ones.
  const type = list && textAt(objectsAt(payload, list)[0] ?? {}, 'type');
  return type && /^un(?:follow|block|mute)$/.test(type) ? `${type}_events` : list;
}

export function actorOf(payload: Payload): string | undefined {
  const [first = {}] = objectsAt(payload, listIn(payload) ?? '');
  return (
    firstTextAt(first, 'user.screen_name', 'source.screen_name') ??
    firstTextAt(payload, 'data.payload.username', 'data.includes.users.0.username')
  );
}

/** "ada posted: Hello, world", or of the Activity API "X reported post create" */
export function titleOf(payload: Payload): string {
  const type = eventTypeOf(payload) ?? 'event';
  if (type === 'user_event') return 'An account revoked the access of the app';
  const list = listIn(payload);
  const events = objectsAt(payload, list ?? '');
  const text = firstLine(
    firstTextAt(events[0] ?? {}, 'text', 'message_create.message_data.text') ?? textAt(payload, 'data.payload.text'),
  );
  const actor = actorOf(payload);
  const phrase = entryOf(PHRASES, type);
  const told =
    phrase === undefined
      ? sentence('X reported', wordsOf(type.replace(/_events$/, '')), actor && `of ${actor}`)
      : sentence(actor ?? capitalized('an account'), phrase);
  const more = andMore(events);
  return [told + (text ? `: ${text}` : ''), more].filter(Boolean).join(', ');
}
