import { z } from 'zod';

import { describeAs } from '../description.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject } from '../parse-body.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { isOneOf } from '../signature.js';
import { queryOf } from '../signed-content.js';
import { eventTypeOf, senderOf, titleOf } from './meta.titles.js';

const metaOptions = z
  .strictObject({
    verifyToken: z.string().min(1).max(200).describe('the verify token that you enter at Meta; any text, no secret'),
  })
  .meta({ title: 'MetaOptions', example: { verifyToken: 'tidings-2f8c1b7a' } });

const CHALLENGE = /^[\w.+/=-]{1,200}$/;

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
export const provider: Provider = {
  name: 'meta',
  secrets: 'required',
  secretFrom: 'sender',
  options: metaOptions,
  readSecret: anyTextBut(
    [
      [/^(?:EAA|IGQ)\w{20,}/, 'an access token'],
      [/^\d{10,20}$/, 'the id of the app'],
    ],
    'it is the app secret in the basic settings of the app',
  ),
  // Meta also sends a SHA-1 signature in X-Hub-Signature; it is weaker and is ignored.
  ...hmacScheme({ header: 'x-hub-signature-256', prefix: 'sha256=' }),

  /** A request can report several changes, and none has an id of its own in every product. */
  deliveryId: () => undefined,

  /** Meta asks for the challenge when the callback URL is saved, and for it alone. */
  unsignedHandshake({ method, url }, { options }) {
    const query = new URLSearchParams(queryOf(url));
    const challenge = query.get('hub.challenge') ?? '';
    if (method !== 'GET' || query.get('hub.mode') !== 'subscribe' || !CHALLENGE.test(challenge)) return undefined;
    const isExpected = isOneOf(query.get('hub.verify_token') ?? '', [String(options['verifyToken'] ?? '')]);
    return isExpected ? { contentType: 'text/plain; charset=utf-8', body: challenge } : undefined;
  },

  /** Meta repeats a request for up to 36 hours until the status is 200. */
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    return describeAs({ eventType: eventTypeOf(payload), title: titleOf(payload), sender: senderOf(payload) });
  },

  setup: {
    label: 'Meta (Facebook, Instagram, WhatsApp, Threads)',
    documentation: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
    steps: [
      'Choose any text as verify token, and create the source with it as the option `verifyToken`.',
      'Open your app at developers.facebook.com, and there **Webhooks** (for WhatsApp: **WhatsApp**, **Configuration**).',
      'Paste `{url}` as **Callback URL** and your text as **Verify token**, then select **Verify and save**.',
      'Subscribe to the fields that you need, such as `messages` of the WhatsApp Business Account or `feed` of a page.',
    ],
    secret: 'It is the **App secret** under **App settings**, **Basic**.',
  },
};
