import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { isObject, parseObject, peekObject, type Payload } from '../parse-body.js';
import { listAt, textAt } from '../payload.js';
import type { Provider, SecretReading, WebhookRequest } from '../provider.js';
import { readKey } from '../read-key.js';

import { decodeBase64, isSigned } from '../signature.js';
import { readUnambiguousObject } from '../unambiguous-json.js';
import { eventTypeOf, titleForPlatforms, titleOf } from './adyen.titles.js';

/** https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures */
export const provider: Provider = {
  name: 'adyen',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  signedId: true,
  readSecret,
  evidence: { headers: () => [], unsigned: explainItems },

  /**
   * The item of a standard webhook has its own signature; webhooks for platforms have one of the body in a header.
   * Adyen puts one item into a webhook: nothing signs their number, so that copies of one would make a new delivery.
   */
  verify({ headers, body }, { secrets }) {
    const keys = secrets.map((secret) => readKey(secret, 'hex')).filter((key) => key !== undefined);
    const items = signedItemsIn(body);
    if (items !== undefined) return items.length === 1 && items.every((item) => isItemSigned(item, keys));
    // The text of fields that an item signs is no object, so its signature fits no body.
    if (peekObject(body) === undefined) return false;
    const signatures = [decodeBase64(headers['hmacsignature'])];
    return isSigned({ algorithm: 'sha256', content: [body], signatures, keys });
  },

  /** Adyen: two with the same reference and event code are duplicates. A webhook for platforms has no id of its own. */
  deliveryId({ body }) {
    const [item] = signedItemsIn(body) ?? [];
    return item && deliveryIdFrom(['pspReference', 'eventCode', 'success'].map((name) => textAt(item, name)).join(':'));
  },

  /** Older webhooks are repeated unless the answer has this text; newer ones take any 2xx. */
  answer: () => ({ contentType: 'text/plain; charset=utf-8', body: '[accepted]' }),

  describe({ body }) {
    const payload = parseObject(body);
    const [item] = itemsIn(payload);
    return describeAs({
      eventType: eventTypeOf(item ?? payload),
      title: item === undefined ? titleForPlatforms(payload) : titleOf(item),
      sender: textAt(item ?? {}, 'merchantAccountCode') ?? textAt(payload, 'data.balancePlatform'),
    });
  },

  setup: {
    label: 'Adyen',
    documentation: 'https://docs.adyen.com/development-resources/webhooks/configure-and-manage',
    steps: [
      'Open **Developers** > **Webhooks** in the Customer Area, click **+ Webhook**, and add a **Standard webhook** or another type.',
      'Paste `{url}` as **URL** under **Server configuration**, and keep **JSON** as **Method**.',
      'Under **Security** > **HMAC Key** select **Generate**, copy the key into the source, and save.',
      'Test and live are configured apart, each with a key of its own: use a source for each.',
    ],
    secret: 'The **HMAC Key** of the webhook: 64 hexadecimal digits, which Adyen shows once.',
  },
};

function readSecret(secret: string): SecretReading {
  if (/^AQ[\w+/=]{20,}/.test(secret)) return { problem: 'is an API key, not the HMAC key of the webhook' };
  if (/^(?:test|live)_[A-Z\d]{20,}$/.test(secret))
    return { problem: 'is a client key, not the HMAC key of the webhook' };
  const isKey = readKey(secret, 'hex')?.length === 32;
  return isKey ? { keys: [secret] } : { problem: 'is not the HMAC key of a webhook: it has 64 hexadecimal digits' };
}

const itemsIn = (payload: Payload): readonly Payload[] =>
  listAt(payload, 'notificationItems').flatMap((listed) => {
    const item = isObject(listed) ? listed['NotificationRequestItem'] : undefined;
    return isObject(item) ? [item] : [];
  });

/** Undefined for a body that is no standard webhook; empty for one whose items can't be verified. */
function signedItemsIn(body: Buffer): readonly Payload[] | undefined {
  if (!body.includes('notificationItems')) return undefined;
  const payload = readUnambiguousObject(body);
  if (payload === undefined) return [];
  const listed = payload['notificationItems'];
  if (listed === undefined) return undefined;
  const found = itemsIn(payload);
  return Array.isArray(listed) && listed.length === found.length ? found : [];
}

function isItemSigned(item: Payload, keys: readonly Buffer[]): boolean {
  const content = signedTextOf(item);
  const signatures = [decodeBase64(textAt(item, 'additionalData.hmacSignature'))];
  return content !== undefined && isSigned({ algorithm: 'sha256', content: [content], signatures, keys });
}

const FIELDS: readonly (readonly [path: string, form: RegExp])[] = [
  ['pspReference', /^[^:{]+$/],
  ['originalReference', /^[^:]*$/],
  ['merchantAccountCode', /^[^:]+$/],
  ['merchantReference', /^/],
  ['amount.value', /^-?\d{0,15}$/],
  ['amount.currency', /^[A-Z]{0,3}$/],
  ['eventCode', /^\w+$/],
  ['success', /^(?:true|false)$/],
];

/**
 * Adyen joins the values by colons and escapes nothing, whatever its documentation says: its libraries took the
 * escapes out. Only the reference of the merchant can have a colon, so that no value can reach into the next one.
 */
function signedTextOf(item: Payload): string | undefined {
  const values: string[] = [];
  for (const [path, form] of FIELDS) {
    const value = plainAt(item, path);
    if (value === undefined || !form.test(value)) return undefined;
    values.push(value);
  }
  return values.join(':');
}

/** A missing value is empty. Undefined for a value that is no text or number. */
function plainAt(item: Payload, path: string): string | undefined {
  const [name = '', part] = path.split('.');
  const found = item[name] ?? (part === undefined ? '' : {});
  const value = part === undefined ? found : isObject(found) ? (found[part] ?? '') : found;
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : undefined;
}

function explainItems({ body }: WebhookRequest): string | undefined {
  const { length } = itemsIn(peekObject(body) ?? {});
  return length > 1 ? `The body has ${length} items, and Adyen puts exactly one into a webhook.` : undefined;
}
