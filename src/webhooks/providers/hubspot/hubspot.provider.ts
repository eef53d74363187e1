import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { andMore, capitalized, wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { isObject, parseJson, type Payload } from '../parse-body.js';
import { entryOf, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation */
export const provider: Provider = {
  name: 'hubspot',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut([[/^pat-/, 'an access token']], 'it is the client secret of the app'),
  // The older signatures in X-HubSpot-Signature are plain hashes without a time, and are ignored.
  ...hmacScheme({
    header: 'x-hubspot-signature-v3',
    encoding: 'base64',
    content: '{method}{url}{body}{timestamp}',
    timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms' },
  }),

  /** The first event of the batch; the rest of the bytes counts too. */
  deliveryId({ body }) {
    const event = eventsIn(body)[0];
    const parts = event && ['subscriptionId', 'eventId', 'occurredAt'].map((field) => textAt(event, field));
    return parts?.every((part) => part !== undefined) ? deliveryIdFrom(parts.join(':')) : undefined;
  },

  /** A retry counts its attempts in the body. */
  lastingBody: ({ body }) =>
    Buffer.from(body.toString('latin1').replaceAll(/"attemptNumber"\s*:\s*\d+/g, ''), 'latin1'),

  describe(request) {
    const body = parseJson(request.body);
    const events = Array.isArray(body) ? body : [body];
    const first = isObject(events[0]) ? events[0] : {};
    const type = textAt(first, 'subscriptionType');
    return describeAs({
      eventType: type ?? 'workflow',
      title: sentence(titleOf(type, first), andMore(events)),
      sender: textAt(first, 'sourceId'),
    });
  },

  setup: {
    label: 'HubSpot',
    documentation: 'https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide',
    steps: [
      'Open your app in the developer account of HubSpot, and there **Webhooks** (private app: **Integrations**, **Private apps**).',
      'Paste `{url}` as **Target URL** and save.',
      'Select **Create subscription**, choose objects and events, subscribe, and activate the subscriptions.',
    ],
    secret: 'It is the **Client secret** on the page **Auth** of the app.',
  },
};

function eventsIn(body: Buffer): readonly Payload[] {
  try {
    const value = parseJson(body);
    return Array.isArray(value) ? value.filter(isObject) : [];
  } catch {
    return [];
  }
}

const phrases: Record<string, string> = {
  creation: 'was created',
  deletion: 'was deleted',
  privacyDeletion: 'was deleted for privacy',
  merge: 'was merged',
  restore: 'was restored',
  newMessage: 'got a message',
};

/** "Lifecyclestage of contact 4217 was changed to customer" */
function titleOf(type: string | undefined, event: Payload): string {
  if (type === undefined) return 'A workflow of HubSpot sent a request';
  const [object = '', action = ''] = type.split('.');
  const thing = sentence(wordsOf(object), textAt(event, 'objectId') ?? textAt(event, 'fromObjectId'));
  if (action === 'propertyChange') {
    const property = wordsOf(textAt(event, 'propertyName') ?? 'a property');
    const value = textAt(event, 'propertyValue');
    return sentence(capitalized(property), `of ${thing} was changed`, value && `to ${value}`);
  }
  if (action === 'associationChange') {
    const to = textAt(event, 'toObjectId');
    const verb = event['associationRemoved'] === true ? 'is no longer associated' : 'was associated';
    return sentence(capitalized(thing), verb, to && `with ${to}`);
  }
  return sentence(capitalized(thing), entryOf(phrases, action) ?? `had the event ${wordsOf(action)}`);
}
