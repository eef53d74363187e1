import { deliveryUnreadable } from '../provider.errors.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { isFormOrLikeOne, parseForm, parseObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { decodeHex, isBodySigned } from '../signature.js';
import { titleOf } from './github.titles.js';

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
export const provider: Provider = {
  name: 'github',
  setup: {
    label: 'GitHub',
    documentation: 'https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks',
    steps: [
      'In the repository or organization, open **Settings**, then **Webhooks**, and select **Add webhook**.',
      'Paste `{url}` into **Payload URL**, and choose `application/json` as **Content type**.',
      'Enter a long random text as **Secret**.',
      'Choose the events, leave **Active** selected, and select **Add webhook**. GitHub sends a `ping` at once.',
    ],
    secret: 'The text that you enter as **Secret** of the webhook.',
  },
  secrets: 'required',
  secretFrom: 'receiver',
  evidence: { headers: () => ['x-hub-signature-256'] },

  // GitHub also sends the legacy SHA-1 header; it is weaker and is ignored.
  verify: (request, { secrets }) =>
    isBodySigned(request, secrets, decodeHex(request.headers['x-hub-signature-256'], 'sha256=')),

  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-github-delivery']),

  describe(request) {
    const payload = parsePayload(request);
    const event = request.headers['x-github-event'] ?? 'unknown';
    const action = textAt(payload, 'action');
    return describeAs({
      eventType: action ? `${event}.${action}` : event,
      title: titleOf(event, payload),
      url: pageOf(payload),
      sender: textAt(payload, 'sender.login'),
    });
  },
};

/** A hook can be configured to send its JSON in a form field. */
function parsePayload(request: WebhookRequest): Payload {
  if (!isFormOrLikeOne(request)) return parseObject(request.body);
  const field = parseForm(request.body).get('payload');
  if (field === null) throw deliveryUnreadable('The form has no field named payload.');
  return parseObject(field);
}

/** Prefers the most specific page. */
function pageOf(payload: Payload): string | undefined {
  return firstTextAt(
    payload,
    'comment.html_url',
    'review.html_url',
    'release.html_url',
    'pull_request.html_url',
    'issue.html_url',
    'discussion.html_url',
    'check_run.html_url',
    'workflow_job.html_url',
    'workflow_run.html_url',
    'alert.html_url',
    'security_advisory.html_url',
    'milestone.html_url',
    'package.html_url',
    'forkee.html_url',
    'compare',
    'deployment_status.target_url',
    'commit.html_url',
    'team.html_url',
    'repository.html_url',
  );
}
