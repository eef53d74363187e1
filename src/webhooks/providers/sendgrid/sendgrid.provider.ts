import { asymmetricScheme, readPublicSecret } from '../asymmetric-scheme.js';
import { describeAs, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { deliveryUnreadable } from '../provider.errors.js';
import { isObject, parseJson, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://docs.sendgrid.com/for-developers/tracking-events/getting-started-event-webhook-security-features */
export const provider: Provider = {
  name: 'sendgrid',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  ...asymmetricScheme({
    kind: 'p256',
    header: 'x-twilio-email-event-webhook-signature',
    encoding: 'base64',
    content: '{timestamp}{body}',
    timestamp: { header: 'x-twilio-email-event-webhook-timestamp' },
  }),
  readSecret: (secret) =>
    secret.startsWith('SG.')
      ? { problem: 'is an API key, not the verification key of the event webhook' }
      : readPublicSecret(secret, 'p256'),

  /** A delivery is a list of events; each event has an id of its own, and the list has none. */
  deliveryId: () => undefined,

  describe(request) {
    const value = parseJson(request.body);
    const events = (Array.isArray(value) ? value : [value]).filter(isObject);
    if (events.length === 0) throw deliveryUnreadable('The body has no event.');
    const first: Payload = events[0] ?? {};
    const type = textAt(first, 'event');
    const others = events.length > 1 ? `, and ${events.length - 1} more` : '';
    return describeAs({
      eventType: type,
      title: titleOf(type ?? 'event', first) + others,
      sender: textAt(first, 'email'),
    });
  },

  setup: {
    label: 'Twilio SendGrid',
    documentation:
      'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
    steps: [
      'Open **Settings** > **Mail Settings** > **Event Webhooks** in SendGrid and click **Create new webhook**.',
      'Paste `{url}` as **Post URL** and choose the actions to be posted.',
      'Under **Security features** switch **Enable Signed Event Webhook** on and click **Save**.',
      'Open the webhook again and copy its **Verification Key** into the source.',
    ],
    secret: 'The Verification Key of the event webhook, a public key in base64.',
  },
};

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const PHRASES: Record<string, string> = {
  processed: 'was taken over',
  dropped: 'was dropped',
  delivered: 'was delivered',
  deferred: 'was deferred',
  bounce: 'bounced',
  open: 'was opened',
  click: 'had a link clicked',
  spamreport: 'was reported as spam',
  unsubscribe: 'led to an unsubscription',
  group_unsubscribe: 'led to an unsubscription from its group',
  group_resubscribe: 'led to a new subscription to its group',
};

/** "E-mail to ada@example.com bounced: 500 unknown recipient" */
function titleOf(type: string, event: Payload): string {
  const to = textAt(event, 'email');
  const phrase = entryOf(PHRASES, type) ?? `had the event ${wordsOf(type)}`;
  const reason = firstTextAt(event, 'reason', 'response');
  return sentence('E-mail', to && `to ${to}`, phrase) + (reason ? `: ${reason}` : '');
}
