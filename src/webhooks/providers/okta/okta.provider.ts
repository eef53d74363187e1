import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { parseObject, peekObject } from '../parse-body.js';
import { listAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { tokenInHeader } from '../token-header.js';
import { actorOf, titleOf, typeOf } from './okta.titles.js';

const CHALLENGE = /^[\w.+/=-]{1,500}$/;

/** https://developer.okta.com/docs/concepts/event-hooks/ */
export const provider: Provider = {
  name: 'okta',
  secrets: 'required',
  secretFrom: 'receiver',
  ...tokenInHeader('authorization'),
  readSecret: anyTextBut([[/^SSWS /, 'an API token']], 'you choose it as Authentication secret of the event hook'),

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['eventId']),

  /** Okta asks once, before it sends events. */
  unsignedHandshake({ method, headers }) {
    const challenge = headers['x-okta-verification-challenge'] ?? '';
    if (method !== 'GET' || !CHALLENGE.test(challenge)) return undefined;
    return { contentType: 'application/json', body: JSON.stringify({ verification: challenge }) };
  },

  /** Okta takes a failure as final after one retry, and any status but 200 or 204 as a failure. */
  answer: () => ({}),

  describe({ body }) {
    const payload = parseObject(body);
    const events = listAt(payload, 'data.events');
    const first = { event: events[0] };
    return describeAs({ eventType: typeOf(first), title: titleOf(first, events), sender: actorOf(first) });
  },

  setup: {
    label: 'Okta',
    documentation: 'https://developer.okta.com/docs/concepts/event-hooks/',
    steps: [
      'Choose a text of at least 16 characters as secret, and create the source with it.',
      'Open **Workflow**, **Event Hooks** in the Admin Console, and select **Create Event Hook**.',
      'Paste `{url}` as **Endpoint URL**, enter `Authorization` as **Authentication field** and your text as **Authentication secret**.',
      'Choose the events, such as **User created**, and select **Create hook & Continue**.',
      'Select **Verify**: Okta calls the URL of the source once.',
    ],
    secret: 'You choose it and enter it as **Authentication secret** of the event hook.',
  },
};
