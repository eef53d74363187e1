import { createHmac } from 'node:crypto';

import type { ProviderExample, ProviderFixtures, SignedRequest, SigningContext } from '../fixtures.js';

type Fields = Record<string, unknown>;

const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Adyen HttpClient 1.0' };

const item = (fields: Fields): Fields => ({
  additionalData: { hmacSignature: '', cardSummary: '7777', expiryDate: '03/2030' },
  amount: { currency: 'EUR', value: 1130 },
  eventCode: 'AUTHORISATION',
  eventDate: '2026-11-20T12:59:58+01:00',
  merchantAccountCode: 'OctoECOM',
  merchantReference: 'order-42',
  operations: ['CANCEL', 'CAPTURE', 'REFUND'],
  paymentMethod: 'mc',
  pspReference: 'QFQTPCQ8HXSKGK82',
  reason: '033899:7777:03/2030',
  success: 'true',
  ...fields,
});

const bodyOf = (...items: Fields[]): string =>
  JSON.stringify({ live: 'false', notificationItems: items.map((one) => ({ NotificationRequestItem: one })) });

const transfer = (type: string) =>
  JSON.stringify({
    data: {
      id: '1W1UG35U8A9J5ZLG',
      balancePlatform: 'Octo_BalancePlatform',
      amount: { currency: 'EUR', value: 1130 },
      category: 'platformPayment',
      status: 'captured',
    },
    environment: 'test',
    timestamp: '2026-11-20T11:59:58+01:00',
    type,
  });

const CODES = `AUTHORISATION AUTHORISATION_ADJUSTMENT AUTORESCUE CANCELLATION CANCEL_AUTORESCUE CANCEL_OR_REFUND CAPTURE
CAPTURE_FAILED CHARGEBACK CHARGEBACK_REVERSED DISPUTE_DEFENSE_PERIOD_ENDED DONATION EXPIRE HANDLED_EXTERNALLY
INFORMATION_SUPPLIED ISSUER_COMMENTS ISSUER_RESPONSE_TIMEFRAME_EXPIRED MANUAL_REVIEW_ACCEPT MANUAL_REVIEW_REJECT
NOTIFICATION_OF_CHARGEBACK NOTIFICATION_OF_FRAUD OFFER_CLOSED ORDER_CLOSED ORDER_OPENED PAIDOUT_REVERSED PAYOUT_DECLINE
PAYOUT_EXPIRE PAYOUT_THIRDPARTY POSTPONED_REFUND PREARBITRATION_LOST PREARBITRATION_WON RECURRING_CONTRACT REFUND
REFUNDED_REVERSED REFUND_FAILED REFUND_WITH_DATA REPORT_AVAILABLE REQUEST_FOR_INFORMATION SECOND_CHARGEBACK
TECHNICAL_CANCEL VOID_PENDING_REFUND AN_EVENT_TO_COME`.split(/\s+/);

const PLATFORM_TYPES = `balancePlatform.accountHolder.created balancePlatform.accountHolder.updated
balancePlatform.balanceAccount.created balancePlatform.balanceAccount.updated balancePlatform.balanceAccount.balance.updated
balancePlatform.balanceAccountSweep.created balancePlatform.balanceAccountSweep.deleted balancePlatform.paymentInstrument.created
balancePlatform.transfer.created balancePlatform.transfer.updated balancePlatform.transaction.created
balancePlatform.report.created balancePlatform.negativeBalanceCompensationWarning.scheduled balancePlatform.score.triggered
paymentMethod.created merchant.created merchant.updated recurring.token.created recurring.token.updated`.split(/\s+/);

/** The documented text: eight values between colons. */
function textOf(one: Fields): string {
  const amount = one['amount'] as Fields | undefined;
  const names = ['pspReference', 'originalReference', 'merchantAccountCode', 'merchantReference'];
  const values = [...names.map((name) => one[name]), amount?.['value'], amount?.['currency'], one['eventCode']];
  return [...values, one['success']].map((value) => value ?? '').join(':');
}

const hmac = (secret: string, content: string | Buffer, hash = 'sha256') =>
  createHmac(hash, Buffer.from(secret, 'hex')).update(content).digest('base64');

const signed = (one: Fields, secret: string): Fields => ({
  ...one,
  additionalData: { ...(one['additionalData'] as Fields), hmacSignature: hmac(secret, textOf(one)) },
});

const itemsOf = (body: string | Buffer): Fields[] => {
  const { notificationItems = [] }: { notificationItems?: { NotificationRequestItem: Fields }[] } = JSON.parse(
    body.toString(),
  );
  return notificationItems.map((listed) => listed.NotificationRequestItem);
};

function freshen({ body }: Pick<ProviderExample, 'body'>, { secret, url }: SigningContext) {
  const items = itemsOf(body);
  return { body: Buffer.from(items.length === 0 ? body : bodyOf(...items.map((one) => signed(one, secret)))), url };
}

const LIBRARY_KEY = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00';
const vectorItem = item({
  additionalData: { hmacSignature: 'xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=' },
  amount: { currency: 'EUR', value: 1000 },
  eventCode: 'CAPTURE',
  merchantAccountCode: 'merchantAccount',
  merchantReference: 'reference',
  originalReference: 'originalReference',
  pspReference: 'pspReference',
});

export const fixtures: ProviderFixtures = {
  secrets: [
    '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    '11223344D785FBAE710E7F943F307971BB61B21281C98C9129B3D4018A57B2EB',
  ],
  coversBody: false,
  vectors: [
    {
      origin: '@adyen/api-library 32.1.0',
      secret: LIBRARY_KEY,
      headers,
      body: bodyOf(vectorItem),
      otherBody: bodyOf({ ...vectorItem, amount: { currency: 'EUR', value: 1001 } }),
      at: '2026-11-20T12:00:00Z',
    },
  ],
  examples: [
    {
      name: 'an authorisation with a colon in its reference',
      headers,
      body: bodyOf(item({ merchantReference: 'order-42:1' })),
      expected: {
        eventType: 'AUTHORISATION',
        title: 'Authorisation of order-42:1 succeeded for 11.30 EUR',
        deliveryId: 'QFQTPCQ8HXSKGK82:AUTHORISATION:true',
      },
    },
    {
      name: 'a refused payment',
      headers,
      body: bodyOf(item({ success: 'false', reason: 'Refused', additionalData: {} })),
      expected: {
        eventType: 'AUTHORISATION',
        title: 'Authorisation of order-42 failed for 11.30 EUR: Refused',
      },
    },
    {
      name: 'a chargeback',
      headers,
      body: bodyOf(
        item({ eventCode: 'CHARGEBACK', originalReference: 'QFQTPCQ8HXSKGK82', pspReference: '9915555555555555' }),
      ),
      expected: {
        eventType: 'CHARGEBACK',
        title: 'order-42: the payment was charged back for 11.30 EUR',
      },
    },
    {
      name: 'a transfer of a platform',
      headers: { ...headers, protocol: 'HmacSHA256' },
      body: transfer('balancePlatform.transfer.updated'),
      expected: {
        eventType: 'balancePlatform.transfer.updated',
        title: 'Transfer 1W1UG35U8A9J5ZLG was updated: captured',
      },
    },
  ],
  eventTypes: [
    ...CODES.flatMap((eventCode) => [bodyOf({ eventCode }), bodyOf({ eventCode, success: 'false' })]),
    ...PLATFORM_TYPES.map((type) => JSON.stringify({ type, data: {} })),
  ].map((body) => ({ headers, body })),
  freshen,
  sign(body, given, { secret }): Record<string, string> {
    return given['protocol'] === undefined ? {} : { hmacsignature: hmac(secret, body) };
  },
  forge: (genuine, _sign, { secret }) => ({
    ...(itemsOf(genuine.body).length === 0 ? forgedBodies(genuine, secret) : forgedItems(genuine, secret)),
    'no body': { ...genuine, body: Buffer.alloc(0) },
    'no items': { ...genuine, body: Buffer.from(bodyOf()) },
    'items that are no list': { ...genuine, body: Buffer.from('{"notificationItems":{"0":{}}}') },
  }),
};

/** The item is forged. */
function forgedItems(genuine: SignedRequest, secret: string): Record<string, SignedRequest> {
  const items = itemsOf(genuine.body);
  const last = items.at(-1) ?? {};
  const withText = (text: string) => ({ ...genuine, body: Buffer.from(text) });
  const withLast = (fields: Fields) => withText(bodyOf(...items.slice(0, -1), { ...last, ...fields }));
  const names = [
    'pspReference',
    'originalReference',
    'merchantAccountCode',
    'merchantReference',
    'eventCode',
    'success',
  ];
  const changed = names.flatMap((name) => [
    [`another ${name}`, withLast({ [name]: `${String(last[name] ?? '')}1` })],
    [`${name} in a list`, withLast({ [name]: [last[name]] })],
  ]);
  const text = genuine.body.toString();
  return {
    ...Object.fromEntries(changed),
    'another amount': withLast({ amount: { currency: 'EUR', value: 1_131 } }),
    'another currency': withLast({ amount: { currency: 'USD', value: 1_130 } }),
    'an amount with a fraction': withLast({ amount: { currency: 'EUR', value: 1_130.5 } }),
    'an amount that is a list': withLast({ amount: [1_130] }),
    'the colons escaped': withLast({ ...escapedOf(last, secret) }),
    'the account moved into the reference': withLast(movedOf(last)),
    'an item without a signature in front': withText(bodyOf(item({ additionalData: {} }), ...items)),
    'an unsigned item at the end': withText(bodyOf(...items, item({ additionalData: {} }))),
    'an item of another form': withText(text.replace(']}', ',{"notificationRequestItem":{}}]}')),
    'a field twice': withText(text.replace('"success"', '"success":"x","success"')),
    'the item twice': withText(bodyOf(last, last)),
    'the item twice, with another reason': withText(bodyOf(...[1, 2].map(() => ({ ...last, reason: 'forged' })))),
    'a hundred items': withText(bodyOf(...Array.from({ length: 100 }, () => last))),
    ...forgedSignatures(genuine, secret),
  };
}

/** Other signatures of the last item. */
function forgedSignatures(genuine: SignedRequest, secret: string): Record<string, SignedRequest> {
  const items = itemsOf(genuine.body);
  const last = items.at(-1) ?? {};
  const withText = (text: string) => ({ ...genuine, body: Buffer.from(text) });
  const withSignature = (hmacSignature: unknown) => {
    const additionalData = { ...(last['additionalData'] as Fields), hmacSignature };
    return withText(bodyOf(...items.slice(0, -1), { ...last, additionalData }));
  };
  const own = String((last['additionalData'] as Fields)['hmacSignature']);
  return {
    'no signature': withSignature(undefined),
    'an empty signature': withSignature(''),
    'a signature in a list': withSignature([own]),
    'a signature in hex': withSignature(Buffer.from(own, 'base64').toString('hex')),
    'half a signature': withSignature(own.slice(0, 22)),
    'a signature without its padding': withSignature(own.replace('=', '')),
    'a doubled signature': withSignature(own + own),
    'the key as text': withSignature(createHmac('sha256', secret).update(textOf(last)).digest('base64')),
    'SHA-1': withSignature(hmac(secret, textOf(last), 'sha1')),
    'the body instead of its fields': withSignature(hmac(secret, genuine.body)),
    'the signed text as the body': {
      ...withText(textOf(last)),
      headers: { ...genuine.headers, hmacsignature: own },
    },
  };
}

const escapedOf = (last: Fields, secret: string): Fields => {
  const text = textOf({ ...last, merchantReference: 'order\\:42' });
  return { merchantReference: 'order:42', additionalData: { hmacSignature: hmac(secret, text) } };
};

/** The same text if the reference has a colon, with the borders between the values elsewhere. */
function movedOf(last: Fields): Fields {
  const [merchantAccountCode, merchantReference] = String(last['merchantReference']).split(':');
  const originalReference = `${String(last['originalReference'] ?? '')}:${String(last['merchantAccountCode'])}`;
  return { originalReference, merchantAccountCode, merchantReference };
}

function forgedBodies(genuine: SignedRequest, secret: string): Record<string, SignedRequest> {
  const text = genuine.body.toString();
  const withText = (changed: string) => ({ ...genuine, body: Buffer.from(changed) });
  return {
    'another amount': withText(text.replace('1130', '1131')),
    'an unsigned item beside it': withText(text.replace('{', '{"notificationItems":[],')),
    'the key as text': {
      ...genuine,
      headers: { ...headers, hmacsignature: createHmac('sha256', secret).update(text).digest('base64') },
    },
    'a body with a space': withText(`${text} `),
    'a text': withText('1:2:3:4:5:EUR:CAPTURE:true'),
  };
}
