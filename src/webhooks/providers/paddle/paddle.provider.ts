import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { amountIn } from '../minor-units.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://developer.paddle.com/webhooks/signature-verification */
export const provider: Provider = {
  name: 'paddle',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  signedId: true,
  readSecret: anyTextBut(
    [
      [/^pdl_(?:live|sdbx)_apikey_/, 'an API key'],
      [/^(?:live|test)_[\da-f]{27}$/, 'a client-side token'],
      [/^ntfset_/, 'the id of the notification destination'],
    ],
    'it is the secret key of the notification destination and begins with pdl_ntfset_',
  ),
  ...hmacScheme({
    header: 'paddle-signature',
    separator: ';',
    prefix: 'h1=',
    content: '{timestamp}:{body}',
    timestamp: { item: 'ts=' },
  }),

  /** The id of the notification is the same in each attempt. */
  deliveryId({ body }) {
    const payload = peekObject(body);
    return payload && deliveryIdFrom(firstTextAt(payload, 'notification_id', 'event_id'));
  },

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'event_type');
    const id = firstTextAt(payload, 'data.name', 'data.email', 'data.id');
    const title = tellEvent(type ?? 'event', { by: 'Paddle', name: id });
    return describeAs({ eventType: type, title: sentence(title, amountOf(payload)) });
  },

  setup: {
    label: 'Paddle',
    documentation: 'https://developer.paddle.com/webhooks/overview',
    steps: [
      'Open **Paddle** > **Developer tools** > **Notifications** and click **New destination**.',
      'Choose the type **Webhook**, paste `{url}` as the URL, and choose the events.',
      'Save the destination, open **Edit destination** from its menu, and copy the **Secret key** into the source.',
    ],
    secret: 'The secret key of the notification destination; it begins with pdl_ntfset_.',
  },
};

/** Paddle counts in the smallest unit of the currency, as text. */
function amountOf(payload: Payload): string | undefined {
  const total = firstTextAt(payload, 'data.details.totals.total', 'data.totals.total');
  const currency = firstTextAt(payload, 'data.currency_code', 'data.totals.currency_code');
  const amount = total && /^-?\d{1,15}$/.test(total) ? amountIn(Number(total), currency) : undefined;
  return amount && `for ${amount}`;
}
