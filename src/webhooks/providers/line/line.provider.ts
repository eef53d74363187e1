import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { andMore, wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, objectsAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/ */
export const provider: Provider = {
  name: 'line',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: (secret) =>
    secret.length > 100
      ? { problem: 'is a channel access token, not the channel secret, which has 32 hexadecimal digits' }
      : { keys: [secret] },
  ...hmacScheme({ header: 'x-line-signature', encoding: 'base64' }),

  /** The first event of the batch; the rest of the bytes counts too. */
  deliveryId({ body }) {
    const [event] = objectsAt(peekObject(body) ?? {}, 'events');
    return event && deliveryIdFrom(event['webhookEventId']);
  },

  /** A redelivery says that it is one. */
  lastingBody: ({ body }) =>
    Buffer.from(body.toString('latin1').replaceAll(/"isRedelivery"\s*:\s*(?:true|false)/g, ''), 'latin1'),

  /** The button "Verify" of the console sends no events. */
  handshake({ body }) {
    const events = peekObject(body)?.['events'];
    return Array.isArray(events) && events.length === 0 ? {} : undefined;
  },

  answer: () => ({}),

  describe(request) {
    const events = objectsAt(parseObject(request.body), 'events');
    const first = events[0] ?? {};
    const type = textAt(first, 'type');
    return describeAs({
      eventType: type,
      title: sentence(titleOf(type ?? 'event', first), andMore(events)),
      sender: textAt(first, 'source.userId'),
    });
  },

  setup: {
    label: 'LINE',
    documentation: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
    steps: [
      'Open the channel in the **LINE Developers Console**, and there the tab **Messaging API**.',
      'Paste `{url}` as **Webhook URL** and select **Update**, then **Verify**.',
      'Switch **Use webhook** on, and **Webhook redelivery** if failed webhooks should be repeated.',
    ],
    secret: 'It is the **Channel secret** on the tab **Basic settings** of the channel.',
  },
};

const phrases: Record<string, string> = {
  message: 'sent a message',
  unsend: 'withdrew a message',
  follow: 'added the account as a friend',
  unfollow: 'blocked the account',
  join: 'invited the account to a chat',
  leave: 'removed the account from a chat',
  memberJoined: 'joined a chat',
  memberLeft: 'left a chat',
  postback: 'pressed a button',
  videoPlayComplete: 'finished watching a video',
  beacon: 'met a beacon',
  accountLink: 'linked an account',
  membership: 'changed a membership',
  things: 'used a device',
  module: 'attached or detached a module channel',
  activated: 'activated the module channel',
  deactivated: 'deactivated the module channel',
  botSuspended: 'suspended the bot',
  botResumed: 'resumed the bot',
  delivery: 'received a notification',
};

/** "User U4af… sent a message: Hello" */
function titleOf(type: string, event: Payload): string {
  const user = textAt(event, 'source.userId');
  const phrase = entryOf(phrases, type);
  if (phrase === undefined) return `LINE reported ${wordsOf(type)}`;
  const kind = textAt(event, 'message.type');
  const sent = kind && kind !== 'text' ? `${phrase} (${wordsOf(kind)})` : phrase;
  const text = firstLine(firstTextAt(event, 'message.text', 'postback.data'));
  return `${sentence(user ? `User ${user.slice(0, 9)}` : 'LINE', sent)}${text && `: ${text}`}`;
}
