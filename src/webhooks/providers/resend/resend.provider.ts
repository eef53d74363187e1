import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, listAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { readSvixSecret, svixScheme } from '../svix-scheme.js';

/** https://resend.com/docs/webhooks/verify-webhooks-requests */
export const provider: Provider = {
  name: 'resend',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: readSvixSecret(/^re_/, 'the page of the webhook shows it, and it begins with whsec_'),
  ...svixScheme,

  describe({ body }) {
    const payload = parseObject(body);
    const type = textAt(payload, 'type');
    return describeAs({
      eventType: type,
      title: titleOf(type ?? 'event', payload),
      sender: textAt(payload, 'data.from'),
    });
  },

  setup: {
    label: 'Resend',
    documentation: 'https://resend.com/docs/webhooks/introduction',
    steps: [
      'Open **Webhooks** in the menu of Resend, and select **Add Webhook**.',
      'Paste `{url}` as **Endpoint URL**.',
      'Choose the events, such as `email.delivered`, `email.bounced` and `email.complained`, and select **Add**.',
      'Copy the **Signing Secret** from the page of the webhook into the source.',
    ],
    secret: 'It is the **Signing Secret** on the page of the webhook, and begins with `whsec_`.',
  },
};

/** https://resend.com/docs/webhooks/event-types */
const verdicts: Record<string, string> = {
  sent: 'was accepted for sending',
  scheduled: 'was scheduled',
  delivered: 'was delivered',
  delivery_delayed: 'is delayed',
  bounced: 'bounced',
  complained: 'was marked as spam',
  failed: 'could not be sent',
  opened: 'was opened',
  clicked: 'was clicked',
  received: 'was received',
  suppressed: 'was suppressed',
};

/** "E-mail Your invoice to ada@example.com was delivered" */
function titleOf(type: string, payload: Payload): string {
  const [noun = '', happening = ''] = type.split('.');
  if (noun !== 'email') {
    return tellEvent(type, { by: 'Resend', name: firstTextAt(payload, 'data.name', 'data.email') });
  }
  const told = sentence(
    'E-mail',
    firstLine(textAt(payload, 'data.subject')),
    recipientOf(payload),
    entryOf(verdicts, happening) ?? `has the new state ${inWords(happening)}`,
  );
  const reason = firstLine(
    firstTextAt(payload, 'data.bounce.message', 'data.failed.reason', 'data.suppressed.message', 'data.click.link'),
  );
  return reason ? `${told}: ${reason}` : told;
}

function recipientOf(payload: Payload): string | undefined {
  const recipients = listAt(payload, 'data.to');
  const [first] = recipients;
  if (typeof first !== 'string') return undefined;
  return recipients.length > 1 ? `to ${first} and ${recipients.length - 1} more` : `to ${first}`;
}
