import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, inWords, sentence } from '../description.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { hmacScheme } from '../hmac-scheme.js';
import { amountIn } from '../minor-units.js';
import { firstTextAt, numberAt, textAt, valueAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://docs.stripe.com/webhooks/signature */
export const provider: Provider = {
  name: 'stripe',
  setup: {
    label: 'Stripe',
    documentation: 'https://docs.stripe.com/webhooks/signature',
    steps: [
      'In the Dashboard, open **Workbench**, then the tab **Webhooks**, and select **Create an event destination**.',
      'Choose the events, for example `payment_intent.succeeded`, and **Continue** with **Webhook endpoint**.',
      'Paste `{url}` into **Endpoint URL**, and select **Create destination**.',
    ],
    secret:
      'The page of the destination shows it as **Signing secret** (`whsec_…`); test mode and live mode have one each.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: anyTextBut(
    [
      [/^(?:sk|rk|pk)_/, 'an API key'],
      [/^(?:we|evt|acct)_/, 'the id of something'],
    ],
    'the page of the endpoint shows it, and it begins with whsec_',
  ),
  signedId: true,
  // Other schemes are ignored: the v0 signatures of Stripe's test events prove nothing.
  ...hmacScheme({
    header: 'stripe-signature',
    separator: ',',
    prefix: 'v1=',
    content: '{timestamp}.{body}',
    timestamp: { item: 't=' },
  }),

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'type');
    return describeAs({ eventType: type, title: titleOf(type ?? 'event', payload), url: pageOf(payload) });
  },
};

/** "Payment intent succeeded: 20.00 EUR (pi_3Pq)" */
function titleOf(type: string, payload: Payload): string {
  const words = inWords(type);
  const id = firstTextAt(payload, 'data.object.id', 'related_object.id');
  return sentence(
    `${words.charAt(0).toUpperCase()}${words.slice(1)}${amountOf(payload)}`,
    id && `(${id})`,
    valueAt(payload, 'livemode') === false ? '[test]' : undefined,
  );
}

function amountOf(payload: Payload): string {
  const currency = textAt(payload, 'data.object.currency')?.toUpperCase();
  const fields = ['amount', 'amount_paid', 'amount_due', 'amount_total'];
  const units = fields.map((field) => numberAt(payload, `data.object.${field}`)).find((amount) => amount !== undefined);
  // Stripe counts these two in hundredths (they have no minor unit): https://docs.stripe.com/currencies#special-cases
  const digits = currency === 'ISK' || currency === 'UGX' ? 2 : undefined;
  const amount = units === undefined ? undefined : amountIn(units, currency, digits);
  return amount === undefined ? '' : `: ${amount}`;
}

function pageOf(payload: Payload): string | undefined {
  const hosted = firstTextAt(payload, 'data.object.hosted_invoice_url', 'data.object.receipt_url');
  const id = textAt(payload, 'id');
  const mode = valueAt(payload, 'livemode') === false ? 'test/' : '';
  return hosted ?? (id && `https://dashboard.stripe.com/${mode}events/${encodeURIComponent(id)}`);
}
