import { describeAs, sentence } from '../description.js';
import { capitalized, wordsOf } from '../event-sentence.js';
import { isObject, parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, listAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { isOneOf } from '../signature.js';
import { queryOf } from '../signed-content.js';

/** https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks */
export const provider: Provider = {
  name: 'microsoft-graph',
  secrets: 'required',
  secretFrom: 'receiver',
  proof: 'token',
  readSecret: anyTextBut([[/^eyJ/, 'an access token']], 'it is the clientState of the subscription'),
  evidence: { headers: () => [] },

  /** Each notification of the list repeats the `clientState`, which covers nothing: TLS alone protects the body. */
  verify({ body }, { secrets }) {
    const notifications = listAt(peekObject(body) ?? {}, 'value');
    if (notifications.length === 0 || notifications.length > MAX_NOTIFICATIONS) return false;
    // The states that differ, so that the secrets are not hashed again for each notification.
    const states = new Set<string | undefined>();
    for (const item of Object.values(notifications)) {
      states.add(isObject(item) ? textAt(item, 'clientState') : undefined);
      if (states.size > secrets.length) return false;
    }
    return [...states].every((state) => isOneOf(state, secrets));
  },

  /** Every other byte stays, also in a body that is cut within a state. */
  storedBody: (body) => Buffer.from(body.toString('latin1').replaceAll(CLIENT_STATE, '$1""'), 'latin1'),

  /** Graph has no id for most notifications. */
  deliveryId: () => undefined,
  dedupWindowSeconds: 3600,

  /** Graph checks the URL by POST with a token in the query, and with an empty body. */
  unsignedHandshake({ url, body, method = 'POST' }) {
    if (method !== 'POST' || body.length > 0) return undefined;
    const token = new URLSearchParams(queryOf(url)).get('validationToken');
    if (!token || token.length > MAX_TOKEN) return undefined;
    return { contentType: 'text/plain; charset=utf-8', body: token };
  },

  describe(request) {
    const payload = parseObject(request.body);
    const [first] = listAt(payload, 'value');
    const item: Payload = isObject(first) ? first : {};
    const change = textAt(item, 'changeType');
    const lifecycle = textAt(item, 'lifecycleEvent');
    return describeAs({
      eventType: lifecycle ? `lifecycle.${lifecycle}` : change && `${kindOf(item)}.${change}`,
      title: titleOf(item, listAt(payload, 'value').length),
    });
  },

  setup: {
    label: 'Microsoft Graph',
    documentation: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
    steps: [
      'Choose a random text of at most 128 characters; it is the secret of the source too.',
      'Create a subscription with `POST https://graph.microsoft.com/v1.0/subscriptions`: `notificationUrl` and `lifecycleNotificationUrl` are `{url}`, `clientState` is the secret, and `resource` and `changeType` say which changes.',
      'Renew the subscription before its `expirationDateTime`; the source shows the lifecycle notifications that ask for it.',
    ],
    secret: 'You choose it and pass it to Graph as `clientState`; Graph repeats it in each notification.',
  },
};

const MAX_NOTIFICATIONS = 1_000;
const MAX_TOKEN = 2_000;
/** A text in JSON, or the beginning of one. Quotes within another text are escaped and don't match. */
const CLIENT_STATE = /("clientState"\s*:\s*)"(?:[^"\\]|\\.)*"?/gs;

/** `#Microsoft.Graph.Message` as "message". The name of the field has a dot, so it is no path. */
function kindOf({ resourceData: data }: Payload): string {
  const type = isObject(data) ? data['@odata.type'] : undefined;
  const name = typeof type === 'string' ? type.split('.').at(-1) : undefined;
  return name ? name.charAt(0).toLowerCase() + name.slice(1) : 'resource';
}

const LIFECYCLE: Record<string, string> = {
  reauthorizationRequired: 'Microsoft Graph asks to authorize a subscription again',
  subscriptionRemoved: 'Microsoft Graph removed a subscription',
  missed: 'Microsoft Graph missed changes of a subscription',
};

function titleOf(item: Payload, count: number): string {
  const lifecycle = textAt(item, 'lifecycleEvent');
  if (lifecycle !== undefined)
    return entryOf(LIFECYCLE, lifecycle) ?? sentence('Microsoft Graph reported', wordsOf(lifecycle));
  const change = wordsOf(textAt(item, 'changeType') ?? 'changed');
  const others = count > 1 ? `and ${count - 1} more` : undefined;
  const title = sentence(capitalized(wordsOf(kindOf(item))), 'was', change, 'in Microsoft Graph');
  return others === undefined ? title : `${title}, ${others}`;
}
