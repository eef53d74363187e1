import { isUtf8 } from 'node:buffer';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { andMore, wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { itemsIn } from '../items.js';
import { isObject, parseForm, parseJson, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import { deliveryUnreadable } from '../provider.errors.js';
import type { DeliveryItem, Provider, ProviderAnswer } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { readLastingContent } from '../signed-content.js';

const CONTENT = '{url}{form}';
const scheme = hmacScheme({
  header: 'x-mandrill-signature',
  algorithm: 'sha1',
  encoding: 'base64',
  content: CONTENT,
});

/** https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/ */
export const provider: Provider = {
  name: 'mandrill',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: anyTextBut([[/^md-/, 'an API key']], 'it is the key of the webhook'),
  ...scheme,
  // One field of a fixed name: the signed text has nothing between a name and its value.
  verify: (request, context) => isEventsAlone(request.body) && scheme.verify(request, context),

  /** The first event of the batch; the rest of the bytes counts too. */
  deliveryId({ body }) {
    const [first] = peekEvents(body);
    const id = first && firstTextAt(first, '_id', 'msg._id');
    return id && deliveryIdFrom([id, textAt(first, 'event'), textAt(first, 'ts')].filter(Boolean).join(':'));
  },

  lastingBody: readLastingContent(CONTENT),

  /** Mandrill checks the URL by HEAD, and by a POST without events before the webhook has a key. */
  unsignedHandshake: (request) => (request.method === 'HEAD' || isEmpty(request.body) ? OK : undefined),
  handshake: ({ body }) => (isEmpty(body) ? OK : undefined),
  answer: () => OK,

  items: (request): readonly DeliveryItem[] | undefined => {
    const events = eventsTextIn(request.body);
    return events === undefined ? undefined : itemsIn({ ...request, headers: {}, body: Buffer.from(events) });
  },

  describe({ body }) {
    const events = eventsIn(body);
    const [first] = events;
    if (first === undefined) throw deliveryUnreadable('The body has no event.');
    const type = firstTextAt(first, 'event', 'type');
    const more = andMore(events);
    const title = titleOf(type ?? 'event', first);
    return describeAs({
      eventType: type,
      title: more === undefined ? title : `${title}, ${more}`,
      sender: firstTextAt(first, 'msg.email', 'reject.email'),
    });
  },

  setup: {
    label: 'Mailchimp Transactional (Mandrill)',
    documentation: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
    steps: [
      'Create the source without a secret first: Mandrill calls its URL while it creates the webhook.',
      'Open **Settings** > **Webhooks** in Mandrill, click **Add a Webhook**, choose the events, and paste `{url}` as **Post To URL**.',
      'Copy the **Key** of the webhook from the list into the source. Each webhook has a key of its own.',
      'PUBLIC_URL of this service must be the scheme and host that Mandrill calls, since Mandrill signs the URL.',
    ],
    secret: 'The **Key** of the webhook in **Settings** > **Webhooks**, not an API key.',
  },
};

const OK: ProviderAnswer = {};
const FIELD = 'mandrill_events=';

const isEventsAlone = (body: Buffer): boolean =>
  body.subarray(0, FIELD.length).equals(Buffer.from(FIELD)) && !body.includes('&');

const isEmpty = (body: Buffer): boolean =>
  body.length < 50 && /^mandrill_events=(?:\[\]|%5B%5D)?$/i.test(body.toString('latin1'));

/** The JSON in the form; undefined for the body of a single item, and for bytes that are no text. Never throws. */
function eventsTextIn(body: Buffer): string | undefined {
  if (!isEventsAlone(body) || !isUtf8(body)) return undefined;
  return parseForm(body).get('mandrill_events') ?? undefined;
}

/** @throws TidingsError `delivery.unreadable` */
function eventsIn(body: Buffer): readonly Payload[] {
  const value = parseJson(eventsTextIn(body) ?? body);
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

function peekEvents(body: Buffer): readonly Payload[] {
  try {
    return eventsIn(body);
  } catch {
    return [];
  }
}

/** https://mailchimp.com/developer/transactional/docs/webhooks/ */
const PHRASES: Readonly<Record<string, string>> = {
  send: 'was sent',
  deferral: 'was deferred',
  delivered: 'was delivered',
  hard_bounce: 'bounced for good',
  soft_bounce: 'bounced for now',
  open: 'was opened',
  click: 'had a link clicked',
  spam: 'was reported as spam',
  unsub: 'led to an unsubscription',
  reject: 'was rejected',
};

/** "E-mail to ada@example.com bounced for good: smtp;550 5.1.1 unknown user" */
function titleOf(type: string, event: Payload): string {
  const email = firstTextAt(event, 'msg.email', 'reject.email', 'entry.email');
  if (type === 'inbound') {
    const from = textAt(event, 'msg.from_email');
    return told(sentence('E-mail', from && `from ${from}`, 'arrived'), textAt(event, 'msg.subject'));
  }
  if (/^(?:white|allow|black|deny|reject)list$/.test(type)) {
    const action =
      { add: 'was added to', remove: 'was removed from' }[textAt(event, 'action') ?? ''] ?? 'was changed on';
    return sentence('Address', email, action, /^(?:white|allow)/.test(type) ? 'the allowlist' : 'the denylist');
  }
  const phrase = entryOf(PHRASES, type) ?? `had the event ${wordsOf(type)}`;
  const about = firstTextAt(event, 'msg.diag', 'msg.bounce_description', 'msg.reject.reason');
  return told(sentence('E-mail', email && `to ${email}`, phrase), about);
}

const told = (what: string, about: string | undefined): string => (about ? `${what}: ${firstLine(about)}` : what);
