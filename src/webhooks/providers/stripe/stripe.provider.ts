import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, inWords, sentence } from '../description.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, numberAt, textAt, valueAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeHex, isSigned, MAX_SIGNATURES } from '../signature.js';
import { isInWindow, secondsAsMs } from '../timestamp-window.js';

/** https://docs.stripe.com/webhooks/signature */
export const provider: Provider = {
  name: 'stripe',
  secrets: 'required',
  readSecret: anyTextBut(
    [
      [/^(?:sk|rk|pk)_/, 'an API key'],
      [/^(?:we|evt|acct)_/, 'the id of something'],
    ],
    'the page of the endpoint shows it, and it begins with whsec_',
  ),
  signedId: true,
  evidence: {
    headers: () => ['stripe-signature'],
    signedAt: ({ headers }) => secondsAsMs(/(?:^|,)t=(\d+)/.exec(headers['stripe-signature'] ?? '')?.[1]),
  },

  verify({ headers, body }, { secrets, now }) {
    const items = headers['stripe-signature']?.split(',') ?? [];
    const times = items.filter((item) => item.startsWith('t='));
    const timestamp = times[0]?.slice('t='.length);
    if (items.length > MAX_SIGNATURES + 1 || times.length !== 1 || !isInWindow(timestamp, now)) return false;
    return isSigned({
      algorithm: 'sha256',
      content: [`${timestamp}.`, body],
      // Ignores other schemes: the v0 signatures of Stripe's test events prove nothing.
      signatures: items.filter((item) => item.startsWith('v1=')).map((item) => decodeHex(item, 'v1=')),
      keys: secrets,
    });
  },

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
  if (units === undefined || !currency || !/^[A-Z]{3}$/.test(currency)) return '';
  const digits = minorDigits(currency);
  return `: ${(units / 10 ** digits).toFixed(digits)} ${currency}`;
}

function minorDigits(currency: string): number {
  // Stripe counts these two in hundredths (they have no minor unit): https://docs.stripe.com/currencies#special-cases
  if (currency === 'ISK' || currency === 'UGX') return 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

function pageOf(payload: Payload): string | undefined {
  const hosted = firstTextAt(payload, 'data.object.hosted_invoice_url', 'data.object.receipt_url');
  const id = textAt(payload, 'id');
  const mode = valueAt(payload, 'livemode') === false ? 'test/' : '';
  return hosted ?? (id && `https://dashboard.stripe.com/${mode}events/${encodeURIComponent(id)}`);
}
