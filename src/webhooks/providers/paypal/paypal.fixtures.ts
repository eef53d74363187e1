import { sign } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { certificateOf } from '../fixture-certificate.js';
import { rsaKeyOf } from '../fixture-keys.js';
import type { ProviderFixtures, SignedRequest, SigningContext } from '../fixtures.js';

const SITE = 'https://api.paypal.com/v1/notifications/certs';
const CERTIFICATE = `${SITE}/CERT-360caa42-fca2a594-7a8abba8`;
const SANDBOX = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77';
const EXPIRED = `${SITE}/CERT-360caa42-11111111-11111111`;
const WEAK = `${SITE}/CERT-360caa42-33333333-33333333`;
const webhookId = '9XL90610J3647323C';
const ID = 'paypal-transmission-id';
const TIME = 'paypal-transmission-time';
const SIGNATURE = 'paypal-transmission-sig';

const headersOf = (id: string) => ({
  'content-type': 'application/json',
  'user-agent': 'PayPal/AUHD-214.0-56138150',
  'paypal-auth-version': 'v2',
  'correlation-id': 'f48a8b3c7d2e1',
  [ID]: id,
});

const validity = { validFrom: new Date('2020-01-01T00:00:00Z'), validTo: new Date('2049-01-01T00:00:00Z') };
const certificate = (name: string, period: Partial<typeof validity> = {}) =>
  certificateOf(rsaKeyOf(name, name === 'weak' ? 1024 : 2048), {
    name: 'messageverificationcerts.paypal.com',
    ...validity,
    ...period,
  });

/** Addresses that look like one of PayPal's. Each of them has a certificate with the forger's key. */
const TRICKS = {
  'without TLS': CERTIFICATE.replace('https', 'http'),
  'a user before the host': CERTIFICATE.replace('https://', 'https://api.paypal.com@evil.example/'),
  'a user with a password': CERTIFICATE.replace('https://', 'https://a:b@'),
  'a longer host': CERTIFICATE.replace('.com/', '.com.evil.example/'),
  'another host with the name in front': CERTIFICATE.replace('api.paypal', 'api.evilpaypal'),
  'another host of PayPal': CERTIFICATE.replace('api.', 'www.'),
  'a host below': CERTIFICATE.replace('api.', 'api.evil.'),
  'a port': CERTIFICATE.replace('.com/', '.com:8443/'),
  'a path that leads elsewhere': CERTIFICATE.replace('/v1/', '/forger/../v1/'),
  'an encoded path': CERTIFICATE.replace('certs/', 'certs/%2e%2e/'),
  'another path': CERTIFICATE.replace('/v1/', '/v2/'),
  'a deeper path': `${CERTIFICATE}/x`,
  'a query': `${CERTIFICATE}?x=1`,
  'a fragment': `${CERTIFICATE}#x`,
  'a backslash': CERTIFICATE.replace('https://', String.raw`https://evil.example\@`),
  'a line break in the host': CERTIFICATE.replace('.com/', '.com\n/'),
  'upper case': CERTIFICATE.replace('https', 'HTTPS'),
} as const;

const bodyOf = (event_type: string, fields: object): string =>
  JSON.stringify({
    id: 'WH-9UG43882HX7271132-6E0871324L7949614',
    event_version: '1.0',
    create_time: '2026-11-20T11:59:55.123Z',
    resource_type: 'capture',
    event_type,
    ...fields,
  });

const EVENTS =
  `PAYMENT.AUTHORIZATION.CREATED PAYMENT.AUTHORIZATION.VOIDED PAYMENT.CAPTURE.DECLINED PAYMENT.CAPTURE.COMPLETED
PAYMENT.CAPTURE.PENDING PAYMENT.CAPTURE.REFUNDED PAYMENT.CAPTURE.REVERSED PAYMENT.CAPTURE.DENIED PAYMENT.PAYOUTSBATCH.DENIED
PAYMENT.PAYOUTSBATCH.PROCESSING PAYMENT.PAYOUTSBATCH.SUCCESS PAYMENT.PAYOUTS-ITEM.BLOCKED PAYMENT.PAYOUTS-ITEM.CANCELED
PAYMENT.PAYOUTS-ITEM.FAILED PAYMENT.PAYOUTS-ITEM.HELD PAYMENT.PAYOUTS-ITEM.REFUNDED PAYMENT.PAYOUTS-ITEM.RETURNED
PAYMENT.PAYOUTS-ITEM.SUCCEEDED PAYMENT.PAYOUTS-ITEM.UNCLAIMED BILLING.PLAN.CREATED BILLING.PLAN.UPDATED BILLING.PLAN.ACTIVATED
BILLING.PLAN.DEACTIVATED BILLING.PLAN.PRICING-CHANGE.ACTIVATED CATALOG.PRODUCT.CREATED CATALOG.PRODUCT.UPDATED
BILLING.SUBSCRIPTION.CREATED BILLING.SUBSCRIPTION.ACTIVATED BILLING.SUBSCRIPTION.UPDATED BILLING.SUBSCRIPTION.EXPIRED
BILLING.SUBSCRIPTION.CANCELLED BILLING.SUBSCRIPTION.SUSPENDED BILLING.SUBSCRIPTION.PAYMENT.FAILED
IDENTITY.AUTHORIZATION-CONSENT.REVOKED CHECKOUT.ORDER.APPROVED CHECKOUT.ORDER.COMPLETED CHECKOUT.PAYMENT-APPROVAL.REVERSED
CUSTOMER.DISPUTE.CREATED CUSTOMER.DISPUTE.UPDATED CUSTOMER.DISPUTE.RESOLVED INVOICING.INVOICE.CREATED INVOICING.INVOICE.PAID
INVOICING.INVOICE.CANCELLED INVOICING.INVOICE.REFUNDED INVOICING.INVOICE.SCHEDULED INVOICING.INVOICE.UPDATED
MERCHANT.ONBOARDING.COMPLETED MERCHANT.PARTNER-CONSENT.REVOKED PAYMENT.ORDER.CREATED PAYMENT.ORDER.CANCELLED
PAYMENT.REFERENCED-PAYOUT-ITEM.COMPLETED PAYMENT.REFERENCED-PAYOUT-ITEM.FAILED PAYMENT.SALE.COMPLETED PAYMENT.SALE.DENIED
PAYMENT.SALE.PENDING PAYMENT.SALE.REFUNDED PAYMENT.SALE.REVERSED VAULT.CREDIT-CARD.CREATED VAULT.CREDIT-CARD.DELETED
VAULT.CREDIT-CARD.UPDATED VAULT.PAYMENT-TOKEN.CREATED VAULT.PAYMENT-TOKEN.DELETED
VAULT.PAYMENT-TOKEN.DELETION-INITIATED`.split(/\s+/);

interface Parts {
  readonly id?: string;
  readonly time?: string;
  readonly webhook?: string;
  readonly checksum?: string;
  readonly address?: string;
  readonly key?: string;
  readonly hash?: string;
}

const timeAt = ({ now }: Pick<SigningContext, 'now'>): string => now.toISOString().replace(/\.\d+/, '');

/** The headers of PayPal for a body, with the parts of the signed text given. */
function signedHeaders(body: Buffer, id: string, time: string, parts: Parts = {}): Record<string, string> {
  const { webhook = webhookId, checksum = String(crc32(body)), address = CERTIFICATE, key = 'paypal' } = parts;
  const text = [parts.id ?? id, parts.time ?? time, webhook, checksum].join('|');
  const signature = sign(parts.hash ?? 'sha256', Buffer.from(text), rsaKeyOf(key)).toString('base64');
  return { [TIME]: time, [SIGNATURE]: signature, 'paypal-cert-url': address, 'paypal-auth-algo': 'SHA256withRSA' };
}

let published: Record<string, string> | undefined;

const publish = (): Record<string, string> => ({
  [CERTIFICATE]: certificate('paypal'),
  [SANDBOX]: certificate('paypal-sandbox'),
  [EXPIRED]: certificate('paypal', { validTo: new Date('2026-11-01T00:00:00Z') }),
  [WEAK]: certificate('weak'),
  ...Object.fromEntries(Object.values(TRICKS).map((address) => [address, certificate('forger')])),
});

export const fixtures: ProviderFixtures = {
  secrets: [],
  options: { webhookId },
  examples: [
    {
      name: 'a completed payment',
      headers: headersOf('42182940-95bd-11ec-8889-914733057ff4'),
      body: bodyOf('PAYMENT.CAPTURE.COMPLETED', {
        summary: 'Payment completed for $ 21.0 USD',
        resource: { id: '80F85758S3080410K', status: 'COMPLETED', amount: { currency_code: 'USD', value: '21.00' } },
        links: [{ href: 'https://api.paypal.com/v1/notifications/webhooks-events/WH-1', rel: 'self', method: 'GET' }],
      }),
      expected: {
        eventType: 'PAYMENT.CAPTURE.COMPLETED',
        title: 'Payment completed for $ 21.0 USD',
        deliveryId: '42182940-95bd-11ec-8889-914733057ff4',
      },
    },
    {
      name: 'a subscription without a summary',
      headers: headersOf('51182940-95bd-11ec-8889-914733057ff5'),
      body: bodyOf('BILLING.SUBSCRIPTION.ACTIVATED', {
        resource_type: 'subscription',
        resource: { id: 'I-BW452GLLEP1G', subscriber: { email_address: 'ada@example.com' }, note: 'Größe' },
      }),
      expected: {
        eventType: 'BILLING.SUBSCRIPTION.ACTIVATED',
        title: 'Subscription of billing I-BW452GLLEP1G was activated',
      },
    },
  ],
  eventTypes: EVENTS.map((type) => ({ headers: headersOf('1'), body: JSON.stringify({ event_type: type }) })),
  publications: () => (published ??= publish()),
  sign: (body, headers, context) =>
    signedHeaders(body, headers[ID] ?? '', timeAt(context), { key: context.secret === '' ? 'paypal' : 'forger' }),
  forge(genuine, signAgain, context) {
    const at = (seconds: number) => signAgain({ now: new Date(context.now.getTime() + seconds * 1000) });
    const of = (parts: Parts) => withSignature(genuine, context, parts);
    const checksum = String(crc32(genuine.body));
    const tricks = Object.entries(TRICKS).map(([name, address]) => [
      `a certificate at ${name}`,
      of({ address, key: 'forger' }),
    ]);
    return {
      ...Object.fromEntries(tricks),
      'four days and a second old': at(-345_601),
      'four days and a second in the future': at(345_601),
      'another webhook': of({ webhook: '8XL90610J3647323C' }),
      'the id of the simulator': of({ webhook: 'WEBHOOK_ID' }),
      'no webhook': of({ webhook: '' }),
      'another id signed': of({ id: '42182940-95bd-11ec-8889-914733057ff9' }),
      'another time signed': of({ time: '2026-11-20T12:00:01Z' }),
      'the checksum in hex': of({ checksum: Number(checksum).toString(16) }),
      'a signed checksum': of({ checksum: String(Number(checksum) - 2 ** 32) }),
      'no checksum': of({ checksum: '' }),
      'the body instead of its checksum': of({ checksum: genuine.body.toString() }),
      'the key of the sandbox with the certificate of live': of({ key: 'paypal-sandbox' }),
      'an expired certificate': of({ address: EXPIRED }),
      'a certificate with a short key': of({ address: WEAK }),
      'a certificate that is not there': of({ address: CERTIFICATE.replace('7a8a', 'ffff') }),
      'SHA-1': of({ hash: 'sha1' }),
      'SHA-512': of({ hash: 'sha512' }),
    };
  },
};

function withSignature(genuine: SignedRequest, context: SigningContext, parts: Parts): SignedRequest {
  const id = genuine.headers[ID] ?? '';
  const headers = { ...genuine.headers, ...signedHeaders(genuine.body, id, timeAt(context), parts) };
  return { ...genuine, headers };
}
