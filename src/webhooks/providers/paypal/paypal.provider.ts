import { crc32 } from 'node:zlib';

import { z } from 'zod';

import { isSignedWith } from '../asymmetric-signature.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { isObject, parseObject, type Payload } from '../parse-body.js';
import { firstTextAt, objectsAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { isPlainAddress, publishedRsaKey } from '../published-certificate.js';
import { decodeBase64 } from '../signature.js';
import { isNear, timeOf } from '../timestamp-window.js';

const paypalOptions = z
  .strictObject({
    webhookId: z
      .string()
      .regex(/^[A-Za-z\d]{10,50}$/, 'must be the ID of a webhook, such as 9XL90610J3647323C')
      .describe('the ID of the webhook at PayPal, which PayPal signs and does not send'),
  })
  .meta({ title: 'PaypalOptions', example: { webhookId: '9XL90610J3647323C' } });

const ID = 'paypal-transmission-id';
const TIME = 'paypal-transmission-time';
const SIGNATURE = 'paypal-transmission-sig';
/** PayPal repeats a request for three days. */
const WINDOW_SECONDS = 345_600;

/** https://developer.paypal.com/api/rest/webhooks/rest/ */
export const provider: Provider = {
  name: 'paypal',
  secrets: 'published',
  options: paypalOptions,
  signedId: true,
  evidence: { headers: () => [SIGNATURE, ID, TIME], signedAt: ({ headers }) => timeOf(headers[TIME], 'iso') },

  /** PayPal signs a checksum of the body, which is no hash: another body can be bent to have the same. */
  async verify({ headers, body }, { options, publications, now }) {
    const { data } = paypalOptions.safeParse(options);
    const { [ID]: id = '', [TIME]: time = '', 'paypal-cert-url': address = '' } = headers;
    const signature = decodeBase64(headers[SIGNATURE]);
    if (data === undefined || signature === undefined || headers['paypal-auth-algo'] !== 'SHA256withRSA') return false;
    // No id with a separator, so that no value can reach into the next one.
    if (!/^[\w-]{1,100}$/.test(id) || !isNear(timeOf(time, 'iso'), now, WINDOW_SECONDS)) return false;
    const content = [`${id}|${time}|${data.webhookId}|${crc32(body)}`];
    const key = await publishedRsaKey(address, isOfPaypal, { ...(publications && { publications }), now });
    return key !== undefined && isSignedWith({ key, content, signature, hash: 'sha256' });
  },

  /** Signed, so that a captured signature is a repeat with any body. */
  deliveryId: ({ headers }) => deliveryIdFrom(headers[ID]),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'event_type');
    return describeAs({
      eventType: type,
      title: titleOf(type ?? 'event', payload),
      url: pageOf(payload),
      sender: firstTextAt(payload, 'resource.payer.email_address', 'resource.subscriber.email_address'),
    });
  },

  setup: {
    label: 'PayPal',
    documentation: 'https://developer.paypal.com/api/rest/webhooks/',
    steps: [
      'Create the source with any text of ten letters as its option `webhookId`; you learn the ID in the third step.',
      'Open **Apps & Credentials** in the PayPal Developer Dashboard, choose the app, and click **Add Webhook** under its webhooks.',
      'Paste `{url}` as **Webhook URL**, choose the event types, and save. The list then shows the **Webhook ID**.',
      'Set the option `webhookId` of the source to that ID. Sandbox and live have webhooks of their own.',
    ],
    secret: 'None: PayPal signs with a key that it publishes as a certificate.',
  },
};

const isOfPaypal = (address: string): boolean =>
  isPlainAddress(address, /^api\.(?:sandbox\.)?paypal\.com$/, /^\/v1\/notifications\/certs\/CERT-[\da-zA-Z-]{1,100}$/);

/** PayPal's own summary: "Payment completed for $ 21.0 USD" */
function titleOf(type: string, payload: Payload): string {
  const summary = firstLine(textAt(payload, 'summary'));
  const name = firstTextAt(payload, 'resource.id', 'resource.dispute_id');
  return summary || tellEvent(type.toLowerCase(), { by: 'PayPal', name });
}

/** The links are of the API. A user can open the one to an invoice. */
function pageOf({ resource }: Payload): string | undefined {
  const links = isObject(resource) ? objectsAt(resource, 'links') : [];
  const page = links.find((link) => link['rel'] === 'payer-view');
  return page && textAt(page, 'href');
}
