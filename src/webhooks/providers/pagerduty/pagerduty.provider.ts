import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://developer.pagerduty.com/docs/verifying-webhook-signatures */
export const provider: Provider = {
  name: 'pagerduty',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: anyTextBut(
    [
      [/^(?:u\+|y_)[\w+-]{16,}$/, 'an API key'],
      [/^R[0-9A-Z]{31}$/, 'an integration key'],
    ],
    'PagerDuty shows it once, when the webhook is created',
  ),
  signedId: true,
  // During a rotation, the list has a signature by each secret.
  ...hmacScheme({ header: 'x-pagerduty-signature', separator: ',', prefix: 'v1=' }),

  deliveryId({ body }) {
    const payload = peekObject(body);
    return payload && deliveryIdFrom(textAt(payload, 'event.id'));
  },

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'event.event_type');
    return describeAs({
      eventType: type,
      title: titleOf(type ?? 'event', payload),
      url: firstTextAt(payload, 'event.data.html_url', 'event.data.incident.html_url'),
      sender: textAt(payload, 'event.agent.summary'),
    });
  },

  setup: {
    label: 'PagerDuty',
    documentation: 'https://support.pagerduty.com/main/docs/webhooks',
    steps: [
      'In PagerDuty open **Integrations**, **Generic Webhooks (v3)**, and select **New Webhook**.',
      'Paste `{url}` as **Webhook URL**, choose the **Scope Type** and the events, then **Add Webhook**.',
      'Copy the secret that is shown now, and put it into the source. **Send Test Event** sends `pagey.ping`.',
    ],
    secret: 'PagerDuty shows it once, after **Add Webhook**.',
  },
};

/** "Ada acknowledged incident #4217 Checkout is slow" */
function titleOf(type: string, payload: Payload): string {
  if (type === 'pagey.ping') return 'PagerDuty sent a test event';
  const number = firstTextAt(payload, 'event.data.number', 'event.data.incident.number');
  const title = firstTextAt(
    payload,
    'event.data.title',
    'event.data.incident.summary',
    'event.data.summary',
    'event.data.name',
  );
  const name = sentence(number && `#${number}`, firstLine(title));
  return tellEvent(type, { by: 'PagerDuty', actor: actorOf(type, payload), name });
}

/** A service triggers no incident in these words, and a workflow ends by itself. */
function actorOf(type: string, payload: Payload): string | undefined {
  const isPerson = textAt(payload, 'event.agent.type') === 'user_reference';
  return isPerson && !/(?:started|completed|replied)$/.test(type) ? textAt(payload, 'event.agent.summary') : undefined;
}
