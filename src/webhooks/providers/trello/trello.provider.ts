import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { pageOf, titleOf } from './trello.titles.js';

/** https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/ */
export const provider: Provider = {
  name: 'trello',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut(
    [
      [/^[0-9a-f]{32}$/, 'the API key'],
      [/^ATTA/, 'a token'],
    ],
    'it is the OAuth 1.0 secret beside the API key',
  ),
  signedId: true,
  // Trello signs the callback URL as it was given: it has to be the URL of the source, to the letter.
  ...hmacScheme({ header: 'x-trello-webhook', algorithm: 'sha1', encoding: 'base64', content: '{body}{url}' }),

  /** Two webhooks on one board send the same action. */
  deliveryId({ body }) {
    const payload = peekObject(body) ?? {};
    const action = textAt(payload, 'action.id');
    const webhook = textAt(payload, 'webhook.id');
    return deliveryIdFrom(action && webhook ? `${webhook}:${action}` : action);
  },

  /** Trello creates a webhook only if HEAD answers 200. */
  unsignedHandshake: ({ method }) => (method === 'HEAD' ? {} : undefined),
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    return describeAs({
      eventType: textAt(payload, 'action.type'),
      title: titleOf(payload),
      url: pageOf(payload),
      sender: firstTextAt(payload, 'action.memberCreator.username', 'action.memberCreator.fullName'),
    });
  },

  setup: {
    label: 'Trello',
    documentation: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
    steps: [
      'Open your Power-Up at trello.com/power-ups/admin, and there **API key**. Generate a key and a token.',
      'Create the source with the secret of the key first: Trello calls its URL while it creates the webhook.',
      'Call `POST https://api.trello.com/1/webhooks?key=<key>&token=<token>&callbackURL={url}&idModel=<id of the board>`.',
      'Percent-encode the URL in the call, and leave it exactly as the source shows it.',
    ],
    secret: 'It is the **Secret** on the page **API key** of the Power-Up, not the key and not a token.',
  },
};
