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
  readSecret: anyTextBut(
    [
      [/^sntry[a-z]*_/, 'a token'],
      [/^https?:\/\/\w+@/, 'a DSN'],
    ],
    'it is the client secret of the integration',
  ),
  evidence: { headers: () => ['sentry-hook-signature'] },

  // Sentry-Hook-Timestamp is not signed and therefore ignored.
  verify: (request, { secrets }) => isBodySigned(request, secrets, decodeHex(request.headers['sentry-hook-signature'])),

  deliveryId: ({ headers }) => deliveryIdFrom(headers['request-id']),

  describe(request) {
    const payload = parseObject(request.body);
    const resource = request.headers['sentry-hook-resource'] ?? 'notification';
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
      ),
      sender: textAt(payload, 'actor.name'),
    });
  },
};

/** "Issue created: TypeError: x is not a function in web-app" */
function titleOf(resource: string, action: string | undefined, payload: Payload): string {
  const words = sentence(inWords(resource), action);
  const about = firstTextAt(
    payload,
    'data.issue.title',
    'data.event.title',
    'data.error.title',
    'data.description_title',
    'data.metric_alert.title',
    'data.comment',
    'data.installation.app.slug',
  );
  const project = firstTextAt(payload, 'data.issue.project.slug', 'data.project_slug', 'data.event.project_slug');
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return sentence(about ? `${title}: ${firstLine(about)}` : title, project && `in ${project}`);
}
