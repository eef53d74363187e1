import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { parseObject, type Payload } from '../parse-body.js';
import { hmacScheme } from '../hmac-scheme.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
export const provider: Provider = {
  name: 'shopify',
  setup: {
    label: 'Shopify',
    documentation: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
    steps: [
      'In the Shopify admin, open **Settings > Notifications > Webhooks**, and select **Create webhook**.',
      'Choose the **Event**, the **Format** `JSON` and the newest **API version**, paste `{url}` into **URL**, and select **Save**. Each event takes a webhook of its own.',
    ],
    secret:
      'It stands below the list of webhooks; for webhooks that an app subscribes to, it is the client secret of the app.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: anyTextBut(
    [[/^shp(?:at|ca|pa|ua|tka)_/, 'an access token']],
    "it is the client secret of the app, or stands below the webhooks of the shop's notifications",
  ),
  ...hmacScheme({ header: 'x-shopify-hmac-sha256', encoding: 'base64' }),

  deliveryId({ headers }) {
    const webhook = deliveryIdFrom(headers['x-shopify-webhook-id']);
    if (webhook) return webhook;
    // One event can be sent under several topics, each as its own delivery.
    const event = headers['x-shopify-event-id'];
    return event ? deliveryIdFrom(`${headers['x-shopify-topic'] ?? ''}:${event}`) : undefined;
  },

  describe(request) {
    const payload = parseObject(request.body);
    const topic = request.headers['x-shopify-topic'] ?? 'unknown';
    const shop = request.headers['x-shopify-shop-domain'];
    return describeAs({
      eventType: topic.replaceAll('/', '.'),
      title: titleOf(topic, payload, shop),
      url: firstTextAt(payload, 'order_status_url', 'abandoned_checkout_url'),
      sender: firstTextAt(payload, 'customer.email', 'email', 'contact_email') ?? shop,
    });
  },
};

const pastTense: Record<string, string> = { create: 'created', update: 'updated', delete: 'deleted' };

/** "Order #1001 created (199.00 EUR) in octo.myshopify.com" */
function titleOf(topic: string, payload: Payload, shop: string | undefined): string {
  const [things = '', action = ''] = topic.split('/');
  const thing = things.replaceAll('_', ' ').replace(/s$/, '');
  const name = firstTextAt(payload, 'name', 'title', 'email', 'id');
  const price = firstTextAt(payload, 'total_price', 'amount');
  const currency = textAt(payload, 'currency');
  return sentence(
    `${thing.charAt(0).toUpperCase()}${thing.slice(1)}`,
    name,
    entryOf(pastTense, action) ?? action.replaceAll('_', ' '),
    price && currency && `(${price} ${currency})`,
    shop && `in ${shop}`,
  );
}
