import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { parseObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeHex, isBodySigned } from '../signature.js';

/** https://docs.sentry.io/organization/integrations/integration-platform/webhooks/ */
export const provider: Provider = {
  name: 'sentry',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: anyTextBut(
    [
      [/^sntry[a-z]*_/, 'a token'],
      [/^https?:\/\/\w+@/, 'a DSN'],
    ],
    'it is the client secret of the integration',
  ),
  evidence: { headers: () => ['sentry-hook-signature', 'x-servicehook-signature'] },

  /** Integrations and service hooks sign alike, under two names. Their timestamps are unsigned and ignored. */
  verify(request, { secrets }) {
    const { headers } = request;
    return isBodySigned(
      request,
      secrets,
      decodeHex(headers['sentry-hook-signature'] ?? headers['x-servicehook-signature']),
    );
  },

  deliveryId: ({ headers }) => deliveryIdFrom(headers['request-id'] ?? headers['x-servicehook-guid']),

  setup: {
    label: 'Sentry',
    documentation: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
    steps: [
      'Open **Settings**, **Custom Integrations**, and select **Create New Integration**, **Internal Integration**.',
      'Paste `{url}` as **Webhook URL**, give the integration read access to **Issue & Event**, and choose the **Webhooks**.',
      'For alerts, switch **Alert Rule Action** on and choose the integration as action of an alert rule.',
      'The legacy plugin **WebHooks** of a project signs nothing; give it a source of the kind `open`.',
    ],
    secret: 'It is the **Client Secret** of the integration; of a service hook, the **Secret** on its page.',
  },

  describe(request) {
    const payload = parseObject(request.body);
    const isServiceHook = request.headers['x-servicehook-guid'] !== undefined;
    const resource = request.headers['sentry-hook-resource'] ?? (isServiceHook ? 'event' : 'notification');
    const action = textAt(payload, 'action');
    return describeAs({
      eventType: action ? `${resource}.${action}` : resource,
      title: titleOf(resource, action, payload),
      url: firstTextAt(
        payload,
        'data.issue.web_url',
        'data.issue.permalink',
        'data.event.web_url',
        'data.error.web_url',
        'data.web_url',
        'group.url',
      ),
      sender: textAt(payload, 'actor.name'),
    });
  },
};

/** "Issue created: TypeError: x is not a function in web-app" */
function titleOf(resource: string, action: string | undefined, payload: Payload): string {
  const words = sentence(inWords(resource), action ?? 'reported');
  const about = firstTextAt(
    payload,
    'data.issue.title',
    'data.event.title',
    'data.error.title',
    'data.description_title',
    'data.metric_alert.title',
    'data.comment',
    'data.installation.app.slug',
    'event.title',
    'group.title',
  );
  const project = firstTextAt(
    payload,
    'data.issue.project.slug',
    'data.project_slug',
    'data.event.project_slug',
    'project.slug',
  );
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return sentence(about ? `${title}: ${firstLine(about)}` : title, project && `in ${project}`);
}
