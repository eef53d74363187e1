import { createHmac } from 'node:crypto';

import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { hmacVerifier } from '../hmac-scheme.js';
import { parseObject, peekObject } from '../parse-body.js';
import { textAt } from '../payload.js';
import type { HandshakeContext, Provider, ProviderAnswer, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { evidenceOf } from '../signature-scheme.js';
import { queryOf } from '../signed-content.js';
import { actorOf, eventTypeOf, titleOf } from './twitter.titles.js';

const SCHEME = { header: 'x-twitter-webhooks-signature', prefix: 'sha256=', encoding: 'base64' } as const;

/** No brace: X signs the token with the key of its webhooks, so that any client could let the answer sign an object. */
const TOKEN = /^[\w.=+/-]{1,500}$/;

/** https://docs.x.com/x-api/webhooks/quickstart */
export const provider: Provider = {
  name: 'twitter',
  secrets: 'required',
  secretFrom: 'sender',
  signedId: true,
  readSecret: anyTextBut(
    [
      [/^AAAAAAAAAAAAAAAAAAAAA/, 'a bearer token'],
      [/^\d{5,}-\w{20,}$/, 'an access token'],
    ],
    'it is the consumer secret of the app, also called API Key Secret',
  ),
  evidence: evidenceOf(SCHEME),
  // A text that the answer to a challenge can have signed is no object.
  verify: hmacVerifier(SCHEME, (content) => /^\s*\{/.test(content[0]?.toString('latin1', 0, 100) ?? '')),

  /** The Activity API has one; the Account Activity API has none. */
  deliveryId: ({ body }) => deliveryIdFrom(textAt(peekObject(body) ?? {}, 'data.event_uuid')),

  unsignedHandshake: answerChallenge,

  /** X expects 200. */
  answer: () => ({}),

  describe({ body }) {
    const payload = parseObject(body);
    return describeAs({ eventType: eventTypeOf(payload), title: titleOf(payload), sender: actorOf(payload) });
  },

  setup: {
    label: 'X (Twitter)',
    documentation: 'https://docs.x.com/x-api/webhooks/quickstart',
    steps: [
      'Open the app in the X developer console, and create the source with its **API Key Secret** (consumer secret). X calls the URL while it creates the webhook.',
      'Call `POST https://api.x.com/2/webhooks` with the bearer token of the app and `{"url": "{url}"}`.',
      'The URL must have no port, so that PUBLIC_URL is `https` on port 443.',
      'Subscribe to events with the id of the webhook: of the X Activity API, or of the Account Activity API. X checks the URL again each hour.',
    ],
    secret: 'The **API Key Secret** of the app, also called consumer secret.',
  },
};

function answerChallenge(request: WebhookRequest, { secrets }: HandshakeContext): ProviderAnswer | undefined {
  if (request.method !== 'GET') return undefined;
  const tokens = new URLSearchParams(queryOf(request.url)).getAll('crc_token');
  const [token = ''] = tokens;
  const [secret] = secrets;
  if (tokens.length !== 1 || !TOKEN.test(token) || !secret) return undefined;
  const response_token = `sha256=${createHmac('sha256', secret).update(token).digest('base64')}`;
  return { contentType: 'application/json', body: JSON.stringify({ response_token }) };
}
