import { firstLine, sentence } from '../description.js';
import { andMore, capitalized, wordsOf } from '../event-sentence.js';
import type { Payload } from '../parse-body.js';
import { isObject } from '../parse-body.js';
import { entryOf, firstTextAt, listAt, textAt } from '../payload.js';

const PRODUCTS: Record<string, string> = {
  whatsapp_business_account: 'WhatsApp',
  instagram: 'Instagram',
  page: 'Facebook',
  threads: 'Threads',
};

const productOf = (payload: Payload): string => entryOf(PRODUCTS, textAt(payload, 'object')) ?? 'Meta';

/** The first change or message of a request, with the name of its kind. */
function firstOf(payload: Payload): { readonly kind: string | undefined; readonly of: Payload } {
  const entry = { first: listAt(payload, 'entry')[0] };
  const change = listAt(entry, 'first.changes')[0];
  if (isObject(change)) return { kind: textAt(change, 'field'), of: isObject(change['value']) ? change['value'] : {} };
  const message = listAt(entry, 'first.messaging')[0] ?? listAt(entry, 'first.standby')[0];
  if (!isObject(message)) return { kind: undefined, of: {} };
  const kind = Object.keys(message).find(
    (name) => !/^(?:sender|recipient|timestamp)$/.test(name) && /^[\w-]+$/.test(name),
  );
  return { kind, of: message };
}

/** The product and the field, such as `whatsapp_business_account.messages`. */
export function eventTypeOf(payload: Payload): string | undefined {
  const { kind } = firstOf(payload);
  const object = textAt(payload, 'object');
  return object && kind ? `${object}.${kind}` : object;
}

export function senderOf(payload: Payload): string | undefined {
  const { of } = firstOf(payload);
  return firstTextAt(
    { of },
    'of.contacts.0.profile.name',
    'of.messages.0.from',
    'of.from.name',
    'of.from.username',
    'of.sender_name',
    'of.sender.id',
  );
}

export function titleOf(payload: Payload): string {
  const { kind, of } = firstOf(payload);
  const product = productOf(payload);
  const entries = listAt(payload, 'entry');
  const title =
    whatsAppTitle(kind, of, senderOf(payload)) ??
    messagingTitle(kind, of, product) ??
    itemTitle(of, product) ??
    `${product} reported a change${kind ? `: ${wordsOf(kind)}` : ''}`;
  return sentence(title, andMore(entries));
}

/** "Ada wrote on WhatsApp: Are you open?" */
function whatsAppTitle(kind: string | undefined, of: Payload, sender: string | undefined): string | undefined {
  if (kind !== 'messages') return undefined;
  const status = textAt(of, 'statuses.0.status');
  if (status !== undefined) {
    const words = status === 'failed' ? 'failed' : `was ${wordsOf(status)}`;
    return sentence('The WhatsApp message', to(textAt(of, 'statuses.0.recipient_id')), words);
  }
  const text = firstLine(firstTextAt(of, 'messages.0.text.body', 'messages.0.button.text', 'messages.0.image.caption'));
  const type = textAt(of, 'messages.0.type');
  const kindOfMessage = type === undefined || type === 'text' ? 'wrote' : `sent a message (${wordsOf(type)})`;
  return `${sender ?? 'A user'} ${kindOfMessage} on WhatsApp${text && `: ${text}`}`;
}

const to = (recipient: string | undefined): string | undefined => recipient && `to ${recipient}`;

/** Messenger and Instagram: https://developers.facebook.com/docs/messenger-platform/reference/webhook-events */
const messagingPhrases: Record<string, string> = {
  message: 'wrote',
  message_edit: 'edited a message',
  message_edits: 'edited a message',
  postback: 'pressed a button',
  reaction: 'reacted to a message',
  delivery: 'received the messages',
  read: 'read the messages',
  optin: 'opted in to messages',
  referral: 'followed a link to the chat',
  account_linking: 'linked or unlinked an account',
  game_play: 'played a game',
  pass_thread_control: 'is in a chat that another app took over',
  take_thread_control: 'is in a chat that this app took over',
  request_thread_control: 'is in a chat that another app asks for',
  app_roles: 'is in a chat whose app roles changed',
  'policy-enforcement': 'is in a chat that a policy restricts',
};

function messagingTitle(kind: string | undefined, of: Payload, product: string): string | undefined {
  const phrase =
    of['sender'] === undefined && of['recipient'] === undefined ? undefined : entryOf(messagingPhrases, kind);
  if (phrase === undefined) return undefined;
  const text = firstLine(firstTextAt(of, 'message.text', 'postback.title', 'reaction.emoji'));
  const on = product === 'Facebook' ? 'Messenger' : product;
  return `${sentence('User', textAt(of, 'sender.id'), phrase, `on ${on}`)}${text && `: ${text}`}`;
}

const verbs: Record<string, string> = {
  add: 'added',
  edit: 'edited',
  hide: 'hid',
  remove: 'removed',
  unhide: 'showed',
};

/** "Ada added comment on Facebook: Great!", for the field `feed` and the comments of Instagram. */
function itemTitle(of: Payload, product: string): string | undefined {
  const actor = firstTextAt(of, 'from.name', 'from.username');
  if (actor === undefined) return undefined;
  const verb = textAt(of, 'verb');
  const text = firstLine(firstTextAt(of, 'message', 'text'));
  const noun = wordsOf(textAt(of, 'item') ?? 'comment');
  const told = sentence(capitalized(actor), entryOf(verbs, verb) ?? verb ?? 'added', noun, `on ${product}`);
  return text ? `${told}: ${text}` : told;
}
