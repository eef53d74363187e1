import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { tell, tellEvent, wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://developers.intercom.com/docs/webhooks/setting-up-webhooks */
export const provider: Provider = {
  name: 'intercom',
  secrets: 'required',
  secretFrom: 'sender',
  signedId: true,
  ...hmacScheme({ header: 'x-hub-signature', prefix: 'sha1=', algorithm: 'sha1' }),

  /** The body of a retry differs, since it counts the attempts; the id stays the same. */
  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['id']),

  /** Intercom checks the URL by HEAD when it is saved. */
  unsignedHandshake: ({ method }) => (method === 'HEAD' ? {} : undefined),
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    const topic = textAt(payload, 'topic');
    return describeAs({
      eventType: topic,
      title: titleOf(topic ?? 'event', payload),
      url: firstTextAt(payload, 'data.item.links.conversation_web', 'data.item.url'),
      sender: personIn(payload),
    });
  },

  setup: {
    label: 'Intercom',
    documentation: 'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
    steps: [
      'Open your app in the **Developer Hub** of Intercom, and there **Webhooks** under **Configure**.',
      'Create the source first: Intercom checks the URL when you save it. Paste `{url}` as **Endpoint URL**.',
      'Select the topics, such as `conversation.user.created`, and save. Each needs its permission under **Authentication**.',
    ],
    secret: 'It is the **Client secret** on the page **Basic information** of the app.',
  },
};

const phrases: Record<string, string> = {
  created: 'started',
  'single.created': 'started',
  replied: 'replied in',
  noted: 'left a note in',
  closed: 'closed',
  opened: 'reopened',
  snoozed: 'snoozed',
  unsnoozed: 'woke up',
};

/** "Ada Lovelace replied in conversation 4217: Thank you" */
function titleOf(topic: string, payload: Payload): string {
  if (topic === 'ping') return 'Intercom sent a test event';
  const [, thing = '', who = '', action = ''] =
    /^(conversation|ticket)\.(user|contact|lead|admin|team|operator|workflow)\.(.+)$/.exec(topic) ?? [];
  const phrase = entryOf(phrases, action);
  const name = firstTextAt(payload, 'data.item.name', 'data.item.email', 'data.item.ticket_id', 'data.item.id');
  if (action === 'assigned')
    return tell({ noun: thing, name, verb: `assigned to ${who === 'team' ? 'a' : 'an'} ${who}` });
  if (phrase === undefined) return tellEvent(inPlainWords(topic), { by: 'Intercom', name });
  const text = firstLine(textOf(payload)?.replaceAll(/<[^<>]*>/g, ' '));
  const told = sentence(personIn(payload) ?? `The ${wordsOf(who)}`, phrase, thing, textAt(payload, 'data.item.id'));
  return text.trim() ? `${told}: ${text.trim()}` : told;
}

/** `contact.lead.added_email` as `lead.email.added`. */
const inPlainWords = (topic: string): string =>
  topic.replace(/^contact\.(lead|user)\./, '$1.').replace('added_email', 'email.added');

const LAST_PART = 'data.item.conversation_parts.conversation_parts.0';

const textOf = (payload: Payload): string | undefined =>
  firstTextAt(payload, `${LAST_PART}.body`, 'data.item.source.body', 'data.item.conversation_message.body');

function personIn(payload: Payload): string | undefined {
  return firstTextAt(
    payload,
    `${LAST_PART}.author.name`,
    'data.item.source.author.name',
    'data.item.user.name',
    'data.item.contact.name',
  );
}
