import { basicAuth } from '../basic-auth.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt, valueAt } from '../payload.js';
import type { Provider, SecretReading } from '../provider.js';

/** https://postmarkapp.com/developer/webhooks/webhooks-overview */
export const provider: Provider = {
  name: 'postmark',
  secrets: 'required',
  secretFrom: 'receiver',
  ...basicAuth,
  readSecret,

  /** The same for each retry. Like the rest of the request it is not signed. */
  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-pm-webhook-trace-id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'RecordType') ?? (textAt(payload, 'FromName') === undefined ? undefined : 'Inbound');
    const bounce = type === 'Bounce' ? textAt(payload, 'Type') : undefined;
    return describeAs({
      eventType: bounce ? `${type}.${bounce}` : type,
      title: titleOf(type ?? 'event', payload),
      sender: firstTextAt(payload, 'Recipient', 'Email', 'From'),
    });
  },

  setup: {
    label: 'Postmark',
    documentation: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
    steps: [
      'Choose a user name and a random password, and create the source with `user:password` as its secret.',
      'Open the server in Postmark, choose the message stream, and open **Webhooks** > **Add webhook**.',
      'Paste `{url}` as **Webhook URL**, and enter the user name and the password under **Basic auth credentials**.',
      'Choose the events and select **Save webhook**. For incoming mail, write the address as `https://user:password@...` in the settings of the inbound stream.',
    ],
    secret: 'You choose it and enter it under **Basic auth credentials**; Postmark signs nothing.',
  },
};

function readSecret(secret: string): SecretReading {
  const isToken = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(secret);
  const problem = 'is a token of the API, not the user name and the password of the webhook: user:password';
  return isToken ? { problem } : basicAuth.readSecret(secret);
}

/** https://postmarkapp.com/developer/webhooks/webhooks-overview */
const PHRASES: Readonly<Record<string, string>> = {
  Delivery: 'was delivered',
  Bounce: 'bounced',
  SpamComplaint: 'was reported as spam',
  Open: 'was opened',
  Click: 'had a link clicked',
  SMTPApiError: 'was refused',
};

/** "E-mail to ada@example.com bounced: The server was unable to deliver your message" */
function titleOf(type: string, payload: Payload): string {
  const to = firstTextAt(payload, 'Recipient', 'Email');
  if (type === 'SubscriptionChange') return sentence('Address', to, changeIn(payload));
  if (type === 'Inbound') {
    const from = textAt(payload, 'From');
    return told(sentence('E-mail', from && `from ${from}`, 'arrived'), textAt(payload, 'Subject'));
  }
  const phrase = entryOf(PHRASES, type) ?? `had the event ${wordsOf(type)}`;
  const about = type === 'Click' ? textAt(payload, 'OriginalLink') : firstTextAt(payload, 'Description', 'Details');
  return told(sentence('E-mail', to && `to ${to}`, phrase), about);
}

const changeIn = (payload: Payload): string =>
  valueAt(payload, 'SuppressSending') === false ? 'may get e-mail again' : 'gets no more e-mail';

const told = (what: string, about: string | undefined): string => (about ? `${what}: ${firstLine(about)}` : what);
