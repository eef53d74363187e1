import { deliveryUnreadable } from '../provider.errors.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { isFormOrLikeOne, parseForm, parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeHex, isSigned } from '../signature.js';
import { isInWindow, secondsAsMs } from '../timestamp-window.js';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const provider: Provider = {
  name: 'slack',
  secrets: 'required',
  readSecret: anyTextBut([[/^(?:xox[a-z]|xapp|xoxe\.[a-z]+)-/, 'a token']], 'see Basic Information of the app'),
  signedId: true,
  evidence: {
    headers: () => ['x-slack-signature'],
    signedAt: ({ headers }) => secondsAsMs(headers['x-slack-request-timestamp']),
  },

  verify({ headers, body }, { secrets, now }) {
    const timestamp = headers['x-slack-request-timestamp'];
    if (!isInWindow(timestamp, now)) return false;
    return isSigned({
      algorithm: 'sha256',
      content: [`v0:${timestamp}:`, body],
      signatures: [decodeHex(headers['x-slack-signature'], 'v0=')],
      keys: secrets,
    });
  },

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['event_id']),

  /**
   * Slack sends a challenge when the URL is configured (https://docs.slack.dev/apis/events-api), and checks the
   * certificate of slash commands from time to time.
   */
  handshake({ body }) {
    if (SSL_CHECK.test(body.toString('latin1', 0, 1000))) return {};
    const payload = peekObject(body);
    const challenge = payload?.['challenge'];
    if (payload?.['type'] !== 'url_verification' || typeof challenge !== 'string') return undefined;
    return { contentType: 'text/plain; charset=utf-8', body: challenge };
  },

  /**
   * Empty for forms: Slack shows any text of the response to the user, in a modal as an error
   * (https://docs.slack.dev/interactivity/handling-user-interaction).
   */
  answer: (request) => (isFormOrLikeOne(request) ? {} : undefined),

  describe(request) {
    const payload = parsePayload(request);
    const event = firstTextAt(payload, 'event.type', 'command', 'type');
    const subtype = textAt(payload, 'event.subtype');
    return describeAs({
      eventType: event && subtype ? `${event}.${subtype}` : event,
      title: titleOf(event ?? 'event', payload),
      sender: senderOf(payload),
    });
  },
};

const SSL_CHECK = /^(?:[^{]*&)?ssl_check=1(?:&|$)/;

/** Events are JSON, slash commands are forms, interactions are forms with JSON in the field `payload`. */
function parsePayload(request: WebhookRequest): Payload {
  if (!isFormOrLikeOne(request)) return parseObject(request.body);
  const form = parseForm(request.body);
  const interaction = form.get('payload');
  if (interaction !== null) return parseObject(interaction);
  if (!form.has('command')) throw deliveryUnreadable('The form is neither a command nor an interaction.');
  return Object.fromEntries(form);
}

function senderOf(payload: Payload): string | undefined {
  return firstTextAt(payload, 'user_name', 'user.username', 'user.name', 'event.user', 'event.username', 'user.id');
}

function titleOf(event: string, payload: Payload): string {
  const sender = senderOf(payload) ?? 'Slack';
  const channel = firstTextAt(payload, 'channel_name', 'channel.name', 'event.channel', 'event.item.channel');
  const place = channel && `in ${channel}`;
  const text = firstLine(firstTextAt(payload, 'event.text', 'text', 'actions.0.text'));
  if (textAt(payload, 'command')) return sentence(sender, 'ran', event, text, place);
  if (event === 'message' || event === 'app_mention') return sentence(sender, 'wrote', place) + (text && `: ${text}`);
  return sentence(sender, `caused ${inWords(event)}`, place) + (text && `: ${text}`);
}
