import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { tokenInHeader } from '../token-header.js';
import { logsIn, peekLog } from './auth0.logs.js';
import { titleOf, userOf } from './auth0.titles.js';

/** https://auth0.com/docs/customize/log-streams/custom-log-streams */
export const provider: Provider = {
  name: 'auth0',
  secrets: 'required',
  secretFrom: 'receiver',
  ...tokenInHeader('authorization', expectedOf),
  readSecret: anyTextBut(
    [[/^eyJ[\w-]+\.[\w-]+\./, 'an access token']],
    'you choose it as Authorization Token of the stream',
  ),

  /** The first of the logs that a request delivers; it counts together with the bytes. */
  deliveryId: ({ body }) => deliveryIdFrom(peekLog(body)?.['log_id']),

  describe({ body }) {
    const logs = logsIn(body);
    const log = { data: logs[0]?.['data'] ?? logs[0] };
    return describeAs({
      eventType: textAt(log, 'data.type'),
      title: titleOf(log, logs.length),
      sender: userOf(log),
    });
  },

  setup: {
    label: 'Auth0 Log Streams',
    documentation: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
    steps: [
      'Open **Monitoring**, **Streams** in the Auth0 Dashboard, select **Create Stream**, and **Custom Webhook**.',
      'Paste `{url}` as **Payload URL**, and choose a text of at least 16 characters as **Authorization Token**.',
      'Choose `application/json` as **Content Type** and **JSON Object** as **Content Format**: one delivery for each log. Arrays and lines work too.',
      'Choose the categories under **Filter by Event Category**, and select **Save**.',
    ],
    secret: 'You choose it and enter it as **Authorization Token** of the stream, with or without `Bearer`.',
  },
};

/** A token is accepted after `Bearer` too, since other receivers ask for one. */
function expectedOf(secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret !== '').flatMap((secret) => [secret, `Bearer ${secret}`]);
}
