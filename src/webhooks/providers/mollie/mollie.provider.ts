import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

// A rotation has two headers for a day, which are joined by a comma and a space.
const scheme = hmacScheme({ header: 'x-mollie-signature', prefix: 'sha256=', separator: ', ' });

/** https://docs.mollie.com/reference/webhooks-new */
export const provider: Provider = {
  name: 'mollie',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  signedId: true,
  readSecret: anyTextBut(
    [
      [/^(?:test|live)_\w{20,}$/, 'an API key'],
      [/^access_/, 'an access token'],
    ],
    'it is that of the webhook',
  ),
  ...scheme,
  evidence: { ...scheme.evidence, unsigned: explainClassic },

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['id']),

  /** Mollie repeats a webhook unless the status is 200. */
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'type');
    const title = tellEvent(type ?? 'event', { by: 'Mollie', name: textAt(payload, 'entityId') });
    return describeAs({
      eventType: type,
      title: sentence(title, amountOf(payload)),
      url: firstTextAt(payload, '_embedded.entity._links.dashboard.href', '_links.dashboard.href'),
    });
  },

  setup: {
    label: 'Mollie',
    documentation: 'https://docs.mollie.com/reference/webhooks-new',
    steps: [
      'Open **Developers** > **Webhooks** in the Mollie Dashboard, or call `POST https://api.mollie.com/v2/webhooks` with `url` and `eventTypes`.',
      'Paste `{url}` as the URL, choose the event types, and create the webhook.',
      'Copy the signing secret of the webhook into the source.',
      'Leave `webhookUrl` of payments as it is: those classic webhooks are not signed, and the source refuses them.',
    ],
    secret: 'The signing secret of the webhook, not an API key.',
  },
};

/** A classic webhook has an id alone, and the receiver is to ask the API of Mollie for the rest. */
function explainClassic({ body }: WebhookRequest): string | undefined {
  return body.length < 200 && /^id=[a-z]{2,10}_[\w.]{1,100}$/i.test(body.toString('latin1'))
    ? 'It is a classic webhook of Mollie, which `webhookUrl` of a payment asks for and Mollie never signs. Create a webhook under Developers > Webhooks instead.'
    : undefined;
}

function amountOf(payload: Payload): string | undefined {
  const value = textAt(payload, '_embedded.entity.amount.value');
  const currency = textAt(payload, '_embedded.entity.amount.currency');
  return value && currency && `for ${value} ${currency}`;
}
