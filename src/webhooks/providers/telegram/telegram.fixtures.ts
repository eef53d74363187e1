import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'TelegramBot' };
const ada = { id: 4217001, is_bot: false, first_name: 'Ada', username: 'ada', language_code: 'en' };
const chat = { id: -1001234567890, title: 'Deploys', type: 'supergroup' };

const EVENT_TYPES = [
  ['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_connection', 'business_message'],
  ['edited_business_message', 'deleted_business_messages', 'message_reaction', 'message_reaction_count'],
  ['inline_query', 'chosen_inline_result', 'callback_query', 'shipping_query', 'pre_checkout_query'],
  ['purchased_paid_media', 'poll', 'poll_answer', 'my_chat_member', 'chat_member', 'chat_join_request'],
  ['chat_boost', 'removed_chat_boost', 'a_kind_to_come'],
].flat();

export const fixtures: ProviderFixtures = {
  secrets: ['Zb3-deploys_4hY9qT2wVx7K', 'K7xVw2Tq9Yh4_deploys-3bZ'],
  coversBody: false,
  examples: [
    {
      name: 'a message in a group',
      headers,
      body: JSON.stringify({
        update_id: 802716401,
        message: { message_id: 1365, from: ada, chat, date: 1763683200, text: 'The deploy is through\nAll green.' },
      }),
      expected: {
        eventType: 'message',
        title: 'ada wrote a message in Deploys: The deploy is through',
        deliveryId: '802716401',
      },
    },
    {
      name: 'a button',
      headers,
      body: JSON.stringify({
        update_id: 802716402,
        callback_query: {
          id: '4382bfdwdsb323b2d9',
          from: ada,
          message: { message_id: 1366, chat, date: 1763683205, text: 'Roll back?' },
          chat_instance: '-7342182031',
          data: 'rollback',
        },
      }),
      expected: {
        eventType: 'callback_query',
        title: 'ada pressed a button in Deploys: rollback',
        deliveryId: '802716402',
      },
    },
  ],
  eventTypes: EVENT_TYPES.map((kind) => ({ headers, body: JSON.stringify({ update_id: 1, [kind]: { from: ada } }) })),
  forge: (genuine, _sign, { secret }) => ({
    'the token as a bearer token': { ...genuine, headers: { authorization: `Bearer ${secret}` } },
    'the token in the query': { ...genuine, headers: {}, url: `${genuine.url}&secret_token=${secret}` },
    'the token under another name': { ...genuine, headers: { 'x-telegram-secret-token': secret } },
    'the token in another case': {
      ...genuine,
      headers: { ...genuine.headers, 'x-telegram-bot-api-secret-token': secret.toLowerCase() },
    },
  }),
  sign: (_body, _headers, { secret }) => ({ 'x-telegram-bot-api-secret-token': secret }),
};
