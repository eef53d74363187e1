import { deliveryUnreadable } from '../provider.errors.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { isFormOrLikeOne, parseForm, parseObject, peekObject, type Payload } from '../parse-body.js';
import { hmacScheme } from '../hmac-scheme.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const provider: Provider = {
  name: 'slack',
  setup: {
    label: 'Slack',
    documentation: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
    steps: [
      'Open the app at <https://api.slack.com/apps>, then **Event Subscriptions**, and switch **Enable Events** on.',
      'Create the source with the signing secret first. Then paste `{url}` into **Request URL**; Slack sends a signed challenge, and shows **Verified**.',
      'Under **Subscribe to bot events**, choose the events, for example `message.channels`, select **Save Changes**, and install the app anew.',
      'For commands and buttons, use the same URL under **Slash Commands** and **Interactivity & Shortcuts**.',
    ],
    secret: 'The **Signing Secret** in **Basic Information > App Credentials** of the app.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut([[/^(?:xox[a-z]|xapp|xoxe\.[a-z]+)-/, 'a token']], 'see Basic Information of the app'),
  signedId: true,
  ...hmacScheme({
    header: 'x-slack-signature',
    prefix: 'v0=',
    content: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-slack-request-timestamp' },
  }),

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
  const phrase = entryOf(phrases, event) ?? `sent the event ${inWords(event)}`;
  return sentence(sender, phrase, place) + (text && `: ${text}`);
}

/** https://docs.slack.dev/reference/events */
const phrases: Record<string, string> = {
  app_home_opened: 'opened the home of the app',
  app_uninstalled: 'removed the app',
  block_actions: 'used a control',
  block_suggestion: 'searched the options of a menu',
  channel_archive: 'archived a channel',
  channel_created: 'created a channel',
  channel_deleted: 'deleted a channel',
  channel_rename: 'renamed a channel',
  channel_unarchive: 'restored a channel',
  emoji_changed: 'changed the emoji',
  file_created: 'created a file',
  file_deleted: 'deleted a file',
  file_shared: 'shared a file',
  link_shared: 'shared a link',
  member_joined_channel: 'joined a channel',
  member_left_channel: 'left a channel',
  message_action: 'used a shortcut on a message',
  pin_added: 'pinned a message',
  pin_removed: 'unpinned a message',
  reaction_added: 'added a reaction',
  reaction_removed: 'removed a reaction',
  shortcut: 'used a shortcut',
  team_join: 'joined the workspace',
  user_change: 'changed a profile',
  view_closed: 'closed a form',
  view_submission: 'submitted a form',
};
