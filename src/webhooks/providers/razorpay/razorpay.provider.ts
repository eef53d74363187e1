import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { isObject, parseObject, type Payload } from '../parse-body.js';
import { amountIn } from '../minor-units.js';
import { firstTextAt, numberAt, textAt, valueAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://razorpay.com/docs/webhooks/validate-test/ */
export const provider: Provider = {
  name: 'razorpay',
  secrets: 'required',
  secretFrom: 'receiver',
  readSecret: anyTextBut([[/^rzp_(?:live|test)_/, 'an API key']], 'you choose it when you add the webhook'),
  ...hmacScheme({ header: 'x-razorpay-signature' }),

  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-razorpay-event-id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'event');
    const entity = entityOf(type, payload);
    const title = tellEvent(type ?? 'event', { by: 'Razorpay', name: textAt(entity, 'id') });
    const email = firstTextAt(entity, 'email', 'customer_details.email');
    return describeAs({
      eventType: type,
      title: sentence(title, amountOf(entity), email && `of ${email}`),
      url: textAt(entity, 'short_url'),
      sender: email,
    });
  },

  setup: {
    label: 'Razorpay',
    documentation: 'https://razorpay.com/docs/webhooks/setup-edit-payments/',
    steps: [
      'Open **Account & Settings** > **Webhooks** in the Razorpay dashboard and click **+ Add New Webhook**.',
      'Paste `{url}` as **Webhook URL** and enter a long random **Secret**, which is the secret of the source too.',
      'Choose the **Active Events** and click **Create Webhook**.',
    ],
    secret: 'You choose it when you add the webhook; it is not the secret of an API key.',
  },
};

/** `refund.created` lies in `payload.refund.entity`, beside the payment. */
function entityOf(type: string | undefined, payload: Payload): Payload {
  const kinds = [(type ?? '').split('.')[0] ?? '', 'payment'];
  const found = kinds.map((kind) => valueAt(payload, `payload.${kind}.entity`)).find(isObject);
  return found ?? {};
}

/** Razorpay counts in the smallest unit of the currency. */
function amountOf(entity: Payload): string | undefined {
  const units = numberAt(entity, 'amount');
  const amount = units === undefined ? undefined : amountIn(units, textAt(entity, 'currency'));
  return amount && `for ${amount}`;
}
