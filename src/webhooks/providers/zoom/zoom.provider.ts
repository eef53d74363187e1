import { createHmac } from 'node:crypto';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { HandshakeContext, ProviderAnswer, Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeHex, isSigned } from '../signature.js';

/** No colon: otherwise the answer to a made-up validation would be the signature of a made-up delivery. */
const PLAIN_TOKEN = /^[\w+/=-]{1,200}$/;

/** https://developers.zoom.us/docs/api/webhooks/ */
export const provider: Provider = {
  name: 'zoom',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut(
    [[/^eyJ/, 'an access token']],
    'it is the secret token on the page of the event subscriptions',
  ),
  ...hmacScheme({
    header: 'x-zm-signature',
    prefix: 'v0=',
    content: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-zm-request-timestamp' },
  }),

  /** The body has the time of the event in milliseconds, and no id. */
  deliveryId: () => undefined,

  handshake: validate,
  unsignedHandshake: validate,

  /** Zoom repeats a delivery unless the status is 200 or 204. */
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    const event = textAt(payload, 'event');
    return describeAs({
      eventType: event,
      title: titleOf(event ?? 'event', payload),
      url: firstTextAt(payload, 'payload.object.share_url', 'payload.object.join_url'),
      sender: firstTextAt(payload, 'payload.operator', 'payload.object.participant.user_name'),
    });
  },

  setup: {
    label: 'Zoom',
    documentation: 'https://developers.zoom.us/docs/api/webhooks/',
    steps: [
      'Open your app in the Zoom App Marketplace under **Manage**, and there **Features**, **Access**.',
      'Copy the **Secret Token** and create the source with it.',
      'Switch on **Event Subscriptions**, select **Add New Event Subscription**, and paste `{url}` as **Event notification endpoint URL**.',
      'Choose the events, then **Validate**. Zoom validates the URL again every 72 hours.',
    ],
    secret: 'It is the **Secret Token** on the page **Access** of the app.',
  },
};

/** Zoom asks whether the endpoint knows the secret; during a rotation, the one that signed the question. */
function validate(request: WebhookRequest, { secrets }: HandshakeContext): ProviderAnswer | undefined {
  const payload = peekObject(request.body) ?? {};
  const plainToken = textAt(payload, 'payload.plainToken');
  if (textAt(payload, 'event') !== 'endpoint.url_validation' || !plainToken) return undefined;
  const secret = secrets.find((candidate) => isSignedBy(candidate, request)) ?? secrets[0];
  if (!secret || !PLAIN_TOKEN.test(plainToken)) return undefined;
  const encryptedToken = createHmac('sha256', secret).update(plainToken).digest('hex');
  return { contentType: 'application/json', body: JSON.stringify({ plainToken, encryptedToken }) };
}

function isSignedBy(secret: string, { headers, body }: WebhookRequest): boolean {
  const content = [`v0:${headers['x-zm-request-timestamp'] ?? ''}:`, body];
  const signatures = [decodeHex(headers['x-zm-signature'], 'v0=')];
  return isSigned({ algorithm: 'sha256', content, signatures, keys: [secret] });
}

/** "Ada joined meeting Standup", "Meeting Standup started" */
function titleOf(event: string, payload: Payload): string {
  const name = firstTextAt(payload, 'payload.object.topic', 'payload.object.email', 'payload.object.name');
  const [kind = '', happening = ''] = event.split('.');
  const person = firstTextAt(payload, 'payload.object.participant.user_name', 'payload.object.participant.email');
  const moved = /^participant_(joined|left)$/.exec(happening)?.[1];
  return moved
    ? sentence(person ?? 'A participant', moved, kind, name)
    : tellEvent(event.replace(/^phone\./, ''), { by: 'Zoom', name });
}
