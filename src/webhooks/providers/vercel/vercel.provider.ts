import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { hmacScheme } from '../hmac-scheme.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://vercel.com/docs/webhooks/webhooks-api */
export const provider: Provider = {
  name: 'vercel',
  setup: {
    label: 'Vercel',
    documentation: 'https://vercel.com/docs/webhooks',
    steps: [
      'Choose the team, and open **Settings > Webhooks**. Webhooks need the Pro or the Enterprise plan.',
      'Choose the events, for example **Deployment Succeeded**, and the projects.',
      'Paste `{url}` into **Endpoint URL**, and select **Create Webhook**.',
    ],
    secret: 'Vercel shows it once, after the webhook is created.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  signedId: true,
  ...hmacScheme({ header: 'x-vercel-signature', algorithm: 'sha1' }),

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'type');
    return describeAs({
      eventType: type,
      title: titleOf(type ?? 'notification', payload),
      url: firstTextAt(payload, 'payload.links.deployment', 'payload.links.project') ?? deploymentOf(payload),
      sender: firstTextAt(payload, 'payload.deployment.meta.githubCommitAuthorLogin', 'payload.user.username'),
    });
  },
};

function deploymentOf(payload: Payload): string | undefined {
  const host = textAt(payload, 'payload.deployment.url');
  return host && `https://${host.replace(/^https?:\/\//, '')}`;
}

/** "hello-web deployment succeeded (production): Update README" */
function titleOf(type: string, payload: Payload): string {
  const subject = firstTextAt(
    payload,
    'payload.deployment.name',
    'payload.project.name',
    'payload.name',
    'payload.domain.name',
    'payload.project.id',
  );
  const target = textAt(payload, 'payload.target');
  const message = firstLine(textAt(payload, 'payload.deployment.meta.githubCommitMessage'));
  return sentence(subject ?? 'Vercel', inWords(type), target && `(${target})`) + (message && `: ${message}`);
}
