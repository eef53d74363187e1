import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { isObject, parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { tokenInHeader } from '../token-header.js';

/** https://core.telegram.org/bots/api#setwebhook */
export const provider: Provider = {
  name: 'telegram',
  secrets: 'required',
  secretFrom: 'receiver',
  ...tokenInHeader('x-telegram-bot-api-secret-token'),

  readSecret(secret) {
    if (/^\d{5,}:[\w-]{30,}$/.test(secret)) {
      return { problem: 'is the token of the bot, not the secret_token of its webhook: you choose that one' };
    }
    const isToken = /^[\w-]{1,256}$/.test(secret);
    return isToken
      ? { keys: [secret] }
      : { problem: 'is no secret_token: those have 1 to 256 of A-Z, a-z, 0-9, _ and -' };
  },

  deliveryId({ body }) {
    const payload = peekObject(body);
    return payload && deliveryIdFrom(textAt(payload, 'update_id'));
  },

  /** Empty: Telegram takes JSON in a response for a call of a method. */
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    const type = kindOf(payload);
    const update = { of: payload[type ?? ''] };
    return describeAs({ eventType: type, title: titleOf(type ?? 'update', update), sender: senderOf(update) });
  },

  setup: {
    label: 'Telegram',
    documentation: 'https://core.telegram.org/bots/api#setwebhook',
    steps: [
      'Create a bot with @BotFather, which gives you the token of the bot.',
      'Choose a secret of 16 to 256 letters, digits, `_` and `-`; it is the secret of the source too.',
      'Call `https://api.telegram.org/bot<token>/setWebhook?url={url}&secret_token=<secret>`.',
      'For reactions and changes of members, name them in `allowed_updates`; the other kinds are sent by default.',
    ],
    secret: 'You choose it and pass it to `setWebhook` as `secret_token`; it is not the token of the bot.',
  },
};

/** An update has one field besides its id, and the field names its kind. */
function kindOf(payload: Payload): string | undefined {
  return Object.keys(payload).find((name) => isObject(payload[name]) && /^[a-z_]{1,60}$/.test(name));
}

function senderOf(update: Payload): string | undefined {
  const paths = ['from', 'user', 'sender_chat', 'voter_chat', 'actor_chat'];
  return (
    firstTextAt(update, ...paths.map((path) => `of.${path}.username`)) ??
    firstTextAt(update, ...paths.flatMap((path) => [`of.${path}.first_name`, `of.${path}.title`]))
  );
}

function titleOf(type: string, update: Payload): string {
  const chat = firstTextAt(update, 'of.chat.title', 'of.message.chat.title');
  const about = firstLine(firstTextAt(update, 'of.text', 'of.caption', 'of.data', 'of.query', 'of.question'));
  const phrase = entryOf(phrases, type) ?? `sent an update of the kind ${wordsOf(type)}`;
  return sentence(senderOf(update) ?? 'Telegram', phrase, chat && `in ${chat}`) + (about && `: ${about}`);
}

/** https://core.telegram.org/bots/api#update */
const phrases: Record<string, string> = {
  message: 'wrote a message',
  edited_message: 'edited a message',
  channel_post: 'posted to a channel',
  edited_channel_post: 'edited a post of a channel',
  business_connection: 'changed the connection to a business account',
  business_message: 'wrote a message to a business account',
  edited_business_message: 'edited a message to a business account',
  deleted_business_messages: 'deleted messages to a business account',
  message_reaction: 'changed a reaction to a message',
  message_reaction_count: 'counted the reactions to a message',
  inline_query: 'asked inline',
  chosen_inline_result: 'chose an inline result',
  callback_query: 'pressed a button',
  shipping_query: 'asked for shipping options',
  pre_checkout_query: 'is about to pay',
  purchased_paid_media: 'bought media',
  poll: 'changed the state of a poll',
  poll_answer: 'answered a poll',
  my_chat_member: "changed the bot's membership",
  chat_member: 'changed a membership',
  chat_join_request: 'asked to join',
  chat_boost: 'boosted a chat',
  removed_chat_boost: 'removed a boost of a chat',
};
