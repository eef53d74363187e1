import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { isObject, parseObject, peekObject, type Payload } from '../parse-body.js';
import { amountIn } from '../minor-units.js';
import { numberAt, textAt, valueAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://developer.squareup.com/docs/webhooks/step3validate */
export const provider: Provider = {
  name: 'square',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  signedId: true,
  readSecret: anyTextBut(
    [
      [/^EAAA/, 'an access token'],
      [/^sq0\w{3}-/, 'a credential of the application'],
      [/^wbhk_/, 'the id of the subscription'],
    ],
    'it is the Signature Key of the webhook subscription',
  ),
  // Square signs the URL as it is entered there, so PUBLIC_URL must have the same host.
  ...hmacScheme({ header: 'x-square-hmacsha256-signature', encoding: 'base64', content: '{url}{body}' }),

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['event_id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'type');
    const title = tellEvent(type ?? 'event', { by: 'Square', name: textAt(payload, 'data.id') });
    return describeAs({ eventType: type, title: sentence(title, amountOf(payload)) });
  },

  setup: {
    label: 'Square',
    documentation: 'https://developer.squareup.com/docs/webhooks/step2subscribe',
    steps: [
      'Open your application in the Developer Console and choose **Webhooks** > **Subscriptions**.',
      'Click **Add subscription**, paste `{url}` as **Notification URL**, choose the events and click **Save**.',
      'Open the subscription, click **Show** at **Signature Key**, and copy the key into the source.',
    ],
    secret: 'The Signature Key of the webhook subscription.',
  },
};

/** `payment.updated` lies in `data.object.payment`; the amounts count the smallest unit of the currency. */
function amountOf(payload: Payload): string | undefined {
  const object = valueAt(payload, `data.object.${textAt(payload, 'data.type') ?? ''}`);
  const money = isObject(object) ? (object['amount_money'] ?? object['total_money']) : undefined;
  const units = isObject(money) ? numberAt(money, 'amount') : undefined;
  const currency = isObject(money) ? textAt(money, 'currency') : undefined;
  const amount = units === undefined ? undefined : amountIn(units, currency);
  return amount && `for ${amount}`;
}
