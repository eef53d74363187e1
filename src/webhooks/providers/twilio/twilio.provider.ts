import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { isFormOrLikeOne, parseForm, parseJson, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeBase64, decodeHex, equalBytes, isSigned, sha256 } from '../signature.js';
import { sortedForm } from '../signed-content.js';

/** https://www.twilio.com/docs/usage/security#validating-requests */
export const provider: Provider = {
  name: 'twilio',
  setup: {
    label: 'Twilio',
    documentation: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
    steps: [
      'In the Console, open **Phone Numbers > Manage > Active numbers**, and choose the number.',
      'Under **Messaging Configuration** or **Voice Configuration**, choose **Webhook** for **A message comes in** or **A call comes in**, paste `{url}`, choose **HTTP POST**, and save.',
      'PUBLIC_URL of this service must be the scheme and host that Twilio calls, since Twilio signs the URL.',
    ],
    secret: 'The **Auth Token** in **Account Info** of the Console.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  acceptsGet: true,
  readSecret: anyTextBut(
    [
      [/^AC[0-9a-f]{32}$/i, 'the SID of an account'],
      [/^SK[0-9a-f]{32}$/i, 'the SID of an API key'],
    ],
    'it is the auth token of the account',
  ),
  evidence: { headers: () => ['x-twilio-signature'] },

  verify(request, { secrets }) {
    const parameters = signedParameters(request);
    if (parameters === undefined) return false;
    return addressesOf(request.url).some((address) =>
      isSigned({
        algorithm: 'sha1',
        content: [address, parameters],
        signatures: [decodeBase64(request.headers['x-twilio-signature'])],
        keys: secrets,
      }),
    );
  },

  deliveryId: ({ headers }) => deliveryIdFrom(headers['i-twilio-idempotency-token']),

  /** Escapes, the order of the fields, and the border between the URL and them are not signed. */
  lastingBody: (request) => Buffer.from(`${addressesOf(request.url)[0]}${signedParameters(request)}`),

  /** An empty TwiML document: Twilio reports any other type as an error (12300) and sends any text as a message. */
  answer: () => ({ contentType: 'text/xml', body: '<Response/>' }),

  describe(request) {
    const payload = parsePayload(request);
    return describeAs({
      eventType: eventTypeOf(payload),
      title: titleOf(payload),
      sender: firstTextAt(payload, 'ProfileName', 'From', 'Author'),
    });
  },
};

/**
 * The signed text after the URL. The URL of a GET has the parameters already. A body that is not a form is covered by
 * its hash in the query of the URL; without that hash any body is parsed as a form, so that it is covered at all. The
 * scheme has no separators, so a form that is split differently (`ab=c` for `a=bc`) has the same signature.
 */
function signedParameters({ method, url, body }: WebhookRequest): string | undefined {
  if (method === 'GET') return '';
  const hash = /[?&]bodySHA256=([^&#]*)/.exec(url)?.[1];
  if (hash !== undefined) return equalBytes(decodeHex(hash), sha256(body)) ? '' : undefined;
  return sortedForm(body);
}

/** Depending on the product, Twilio signs the URL with or without its port. */
function addressesOf(url: string): string[] {
  const parts = /^(https?:\/\/)((?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:]*))(:\d+)?(.*)$/s.exec(url);
  if (!parts) return [];
  const [, scheme = '', host = '', port, rest = ''] = parts;
  const standardPort = scheme === 'https://' ? ':443' : ':80';
  return [`${scheme}${host}${rest}`, `${scheme}${host}${port ?? standardPort}${rest}`];
}

function parsePayload(request: WebhookRequest): Payload {
  if (request.method === 'GET' || isFormOrLikeOne(request)) return Object.fromEntries(parseForm(request.body));
  // Event Streams send a list of events; the first one represents all.
  const value = parseJson(request.body);
  return { first: Array.isArray(value) ? value[0] : value };
}

function eventTypeOf(payload: Payload): string {
  const message = firstTextAt(payload, 'MessageStatus', 'SmsStatus');
  if (message) return `message.${message}`;
  const call = textAt(payload, 'CallStatus');
  if (call) return `call.${call}`;
  return firstTextAt(payload, 'EventType', 'first.type', 'first.EventType') ?? 'notification';
}

function titleOf(payload: Payload): string {
  const from = textAt(payload, 'From');
  const to = textAt(payload, 'To');
  const route = sentence(from && `from ${from}`, to && `to ${to}`);
  const message = firstTextAt(payload, 'MessageStatus', 'SmsStatus');
  const text = firstLine(textAt(payload, 'Body'));
  if (message) return sentence('Message', route, message) + (text && `: ${text}`);
  const call = textAt(payload, 'CallStatus');
  if (call) return sentence('Call', route, inWords(call));
  return sentence('Twilio:', inWords(eventTypeOf(payload)), firstTextAt(payload, 'first.data.messageSid', 'first.id'));
}
