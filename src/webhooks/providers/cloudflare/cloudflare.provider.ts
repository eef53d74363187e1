import { describeAs } from '../description.js';
import { parseObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { tokenInHeader } from '../token-header.js';
import { titleOf } from './cloudflare.titles.js';

/** https://developers.cloudflare.com/notifications/get-started/configure-webhooks/ */
export const provider: Provider = {
  name: 'cloudflare',
  secrets: 'required',
  secretFrom: 'receiver',
  ...tokenInHeader('cf-webhook-auth'),
  readSecret: anyTextBut(
    [
      [/^cf(?:ut|at|k)_/, 'an API token or key'],
      [/^v1\.0-[0-9a-f]{20,}/, 'an Origin CA key'],
    ],
    'you choose it as Secret of the destination',
  ),

  deliveryId: () => undefined,

  describe({ body }) {
    const payload = parseObject(body);
    const type = textAt(payload, 'alert_type');
    const state = stateOf(payload);
    return describeAs({
      eventType: type === undefined ? 'test' : state ? `${type}.${state}` : type,
      title: titleOf(type, state, payload),
      url: firstTextAt(payload, 'data.dashboard_link', 'data.incident_url', 'data.url'),
    });
  },

  setup: {
    label: 'Cloudflare Notifications',
    documentation: 'https://developers.cloudflare.com/notifications/get-started/configure-webhooks/',
    steps: [
      'Choose a text of at least 16 characters as secret, and create the source with it: Cloudflare sends a test at once.',
      'Open **Notifications**, **Destinations** of the account, and select **Create** on the card **Webhooks**.',
      'Enter a name, paste `{url}` as **URL** and your text as **Secret**, and select **Save and Test**.',
      'Open **All Notifications**, select **Add**, choose a notification, and your webhook as its destination.',
    ],
    secret: 'You choose it and enter it as **Secret** of the destination.',
  },
};

/** `ALERT_STATE_EVENT_START` as `start`. */
function stateOf(payload: Payload): string | undefined {
  const state = textAt(payload, 'alert_event')?.replace(/^ALERT_STATE_EVENT_/, '');
  return state && /^[A-Z_]{1,40}$/.test(state) ? state.toLowerCase() : undefined;
}
