import { answerPing } from '../atlassian-ping.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject } from '../parse-body.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { actorOf, eventOf, pageOf, titleOf } from './jira.titles.js';

/** Jira, and Confluence Data Center: https://developer.atlassian.com/cloud/jira/platform/webhooks/ */
export const provider: Provider = {
  name: 'jira',
  secrets: 'required',
  secretFrom: 'either',
  readSecret: anyTextBut(
    [[/^ATATT/, 'an API token']],
    'you choose it, or Jira generates it, when the webhook is created',
  ),
  ...hmacScheme({ header: 'x-hub-signature', prefix: 'sha256=' }),

  /** The same in every attempt. */
  deliveryId: ({ headers }) =>
    deliveryIdFrom(headers['x-atlassian-webhook-identifier']) ?? deliveryIdFrom(headers['x-request-id']),

  handshake: answerPing,
  unsignedHandshake: answerPing,

  describe(request) {
    const payload = parseObject(request.body);
    const event = eventOf(payload) ?? request.headers['x-event-key'];
    return describeAs({
      eventType: event?.replaceAll(':', '.'),
      title: titleOf(event ?? 'event', payload),
      url: pageOf(payload),
      sender: actorOf(payload),
    });
  },

  setup: {
    label: 'Jira and Confluence',
    documentation: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
    steps: [
      'In Jira open **Settings**, **System**, **WebHooks**, and select **Create a WebHook**. In Confluence Data Center open **General Configuration**, **Webhooks**.',
      'Paste `{url}` as **URL**, and enter a long random text as **Secret** (Jira Cloud can generate it).',
      'Choose the events and a JQL filter, leave **Exclude body** off, then **Create**.',
    ],
    secret: 'You choose it as **Secret** of the webhook; Jira shows it only until you save.',
  },
};
