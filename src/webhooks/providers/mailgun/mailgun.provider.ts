import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { isObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import { deliveryUnreadable } from '../provider.errors.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { readContent } from '../read-content.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeHex, isSigned } from '../signature.js';
import { isNear, secondsAsMs } from '../timestamp-window.js';

/** Mailgun repeats a request for eight hours, and says to allow for delays of its own. */
const WINDOW_SECONDS = 86_400;

/** https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks */
export const provider: Provider = {
  name: 'mailgun',
  secrets: 'required',
  secretFrom: 'sender',
  signedId: true,
  readSecret: anyTextBut(
    [
      [/^[\da-f]{32}-[\da-f]{8}-[\da-f]{8}$/, 'an API key'],
      [/^pubkey-/, 'the verification public key'],
    ],
    'it is the HTTP webhook signing key',
  ),
  evidence: {
    headers: () => [],
    signedAt: (request) => secondsAsMs(textAt(signatureIn(request), 'timestamp')),
  },

  /** Mailgun signs a time and a random token, and no other part of the body: TLS alone protects it. */
  verify(request, { secrets, now }) {
    const signature = signatureIn(request);
    const timestamp = textAt(signature, 'timestamp');
    const token = tokenIn(signature);
    // The window leaves one place for the end of the time, which has no separator after it.
    if (timestamp === undefined || token === undefined) return false;
    if (!isNear(secondsAsMs(timestamp), now, WINDOW_SECONDS)) return false;
    // The account of a subaccount signs too.
    const signatures = ['signature', 'parent-signature'].map((name) => decodeHex(textAt(signature, name)));
    return isSigned({ algorithm: 'sha256', content: [timestamp, token], signatures, keys: secrets });
  },

  /** A captured token is a repeat with any body. The id of the event is not signed. */
  deliveryId: (request) => deliveryIdFrom(tokenIn(signatureIn(request))),

  /** Mailgun repeats a request unless the status is 200 or 406. */
  answer: () => ({}),

  describe(request) {
    const payload = fieldsIn(request);
    if (payload === undefined) throw deliveryUnreadable('The body has no fields.');
    const event = isObject(payload['event-data']) ? payload['event-data'] : payload;
    const type = textAt(event, 'event') ?? (textAt(payload, 'sender') ? 'inbound' : undefined);
    const severity = type === 'failed' ? textAt(event, 'severity') : undefined;
    return describeAs({
      eventType: severity ? `${type}.${severity}` : type,
      title: titleOf(type ?? 'event', event),
      sender: type === 'inbound' ? textAt(event, 'sender') : textAt(event, 'recipient'),
    });
  },

  setup: {
    label: 'Mailgun',
    documentation: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks',
    steps: [
      'Open **Send** > **Sending** > **Webhooks** in Mailgun, and choose the domain, or the account for all domains.',
      'Click **Add webhook**, choose an event type, paste `{url}` as **URL**, and create the webhook. Each event type has its own.',
      'Open **API Security** in the menu of the account and copy the **HTTP webhook signing key** into the source.',
      'For incoming mail, create a route under **Receiving** with the action `forward("{url}")`.',
    ],
    secret: 'The **HTTP webhook signing key** of the account, not an API key.',
  },
};

const NONE: Payload = {};

/** A webhook has an object for its signature; a route has the same fields among those of the message. */
function signatureIn(request: WebhookRequest): Payload {
  const fields = fieldsIn(request) ?? NONE;
  return isObject(fields['signature']) ? fields['signature'] : fields;
}

function tokenIn(signature: Payload): string | undefined {
  const token = textAt(signature, 'token');
  return token !== undefined && /^[\w-]{20,100}$/.test(token) ? token : undefined;
}

/** JSON, or the form of a route. */
function fieldsIn(request: WebhookRequest): Payload | undefined {
  try {
    const value = readContent(request)?.value;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-types */
const PHRASES: Readonly<Record<string, string>> = {
  accepted: 'was accepted',
  rejected: 'was rejected',
  delivered: 'was delivered',
  failed: 'failed',
  opened: 'was opened',
  clicked: 'had a link clicked',
  unsubscribed: 'led to an unsubscription',
  complained: 'was reported as spam',
  stored: 'was stored',
};

const LISTS: Readonly<Record<string, string>> = {
  list_member_uploaded: 'got a member',
  list_member_upload_error: 'could not get a member',
  list_uploaded: 'was uploaded',
};

/** "E-mail to ada@example.com failed permanently: No such mailbox" */
function titleOf(type: string, event: Payload): string {
  const list = entryOf(LISTS, type);
  if (list !== undefined) return sentence('Mailing list', textAt(event, 'mailing-list.address'), list);
  const to = textAt(event, 'recipient');
  if (type === 'inbound') return told(sentence('E-mail', fromOf(event), to && `to ${to}`, 'arrived'), subjectOf(event));
  const severity = { permanent: 'permanently', temporary: 'for now' }[textAt(event, 'severity') ?? ''];
  const phrase = entryOf(PHRASES, type) ?? `had the event ${wordsOf(type)}`;
  const reason = firstTextAt(event, 'delivery-status.description', 'delivery-status.message', 'reject.reason');
  return told(sentence('E-mail', to && `to ${to}`, phrase, type === 'failed' ? severity : undefined), reason);
}

const told = (what: string, about: string | undefined): string => (about ? `${what}: ${firstLine(about)}` : what);
const subjectOf = (event: Payload): string | undefined => textAt(event, 'subject');
const fromOf = (event: Payload): string | undefined => textAt(event, 'sender') && `from ${textAt(event, 'sender')}`;
