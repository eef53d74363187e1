import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

const PING = /^webhook_id=\d{1,20}$/;

/** https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/ */
export const provider: Provider = {
  name: 'woocommerce',
  secrets: 'required',
  secretFrom: 'receiver',
  readSecret: anyTextBut([[/^ck_/, 'a consumer key']], 'the page of the webhook shows it'),
  ...hmacScheme({ header: 'x-wc-webhook-signature', encoding: 'base64' }),

  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-wc-webhook-delivery-id']),

  /** A webhook that is saved for the first time sends its number as a form, unsigned. */
  unsignedHandshake: ({ body, method = 'POST' }) =>
    method === 'POST' && PING.test(body.toString('latin1', 0, 100)) ? {} : undefined,

  describe(request) {
    const payload = parseObject(request.body);
    const topic = request.headers['x-wc-webhook-topic'];
    return describeAs({
      eventType: topic,
      title: titleOf(topic ?? 'event', payload),
      url: textAt(payload, 'permalink'),
      sender: firstTextAt(payload, 'billing.email', 'email') ?? request.headers['x-wc-webhook-source'],
    });
  },

  setup: {
    label: 'WooCommerce',
    documentation: 'https://woocommerce.com/document/webhooks/',
    steps: [
      'In WordPress open **WooCommerce**, **Settings**, **Advanced**, **Webhooks**, and select **Add webhook**.',
      'Set **Status** to **Active**, choose the **Topic**, and paste `{url}` as **Delivery URL**.',
      'Enter a long random text as **Secret**, and select **Save webhook**.',
    ],
    secret: 'You choose it as **Secret** of the webhook.',
  },
};

/** "Order #1042 was created (29.00 EUR)" */
function titleOf(topic: string, payload: Payload): string {
  const number = firstTextAt(payload, 'number', 'id');
  const name = firstTextAt(payload, 'name', 'code', 'email') ?? (number && `#${number}`);
  const total = textAt(payload, 'total');
  const currency = textAt(payload, 'currency');
  return sentence(tellEvent(topic, { by: 'WooCommerce', name }), total && currency && `(${total} ${currency})`);
}
