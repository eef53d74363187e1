import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { capitalized, wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://circleci.com/docs/guides/integration/outbound-webhooks/ */
export const provider: Provider = {
  name: 'circleci',
  secrets: 'required',
  secretFrom: 'receiver',
  readSecret: anyTextBut([[/^CCI(?:PAT|PRJ)_/, 'an API token']], 'you choose it in the settings of the webhook'),
  signedId: true,
  // Later versions may stand beside this one in the list.
  ...hmacScheme({ header: 'circleci-signature', separator: ',', prefix: 'v1=' }),

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'type') ?? request.headers['circleci-event-type'];
    return describeAs({
      eventType: type,
      title: titleOf(type ?? 'event', payload),
      url: textAt(payload, 'workflow.url'),
      sender: firstTextAt(
        payload,
        'pipeline.vcs.commit.author.name',
        'pipeline.trigger_parameters.gitlab.commit_author_name',
        'pipeline.trigger_parameters.git.commit_author_name',
      ),
    });
  },

  setup: {
    label: 'CircleCI',
    documentation: 'https://circleci.com/docs/guides/integration/outbound-webhooks/',
    steps: [
      'Open the project in CircleCI, then **Project Settings**, **Webhooks**, and select **Add Webhook**.',
      'Paste `{url}` as **Receiver URL**, and enter a long random text as **Secret token**.',
      'Choose **Workflow Completed** or **Job Completed**, leave **Certificate verification** on, then **Test Ping Event** and save.',
    ],
    secret: 'You choose it as **Secret token** of the webhook.',
  },
};

const verbs: Record<string, string> = {
  success: 'succeeded',
  failed: 'failed',
  canceled: 'was canceled',
  error: 'had an error',
};

/** "Workflow build-and-test succeeded on main in hello" */
function titleOf(type: string, payload: Payload): string {
  const kind = /^(workflow|job)-completed$/.exec(type)?.[1];
  if (type === 'ping') return 'CircleCI sent a test event';
  if (kind === undefined) return `CircleCI reported ${wordsOf(type)}`;
  const status = textAt(payload, `${kind}.status`);
  const branch = firstTextAt(payload, 'pipeline.vcs.branch', 'pipeline.trigger_parameters.git.branch');
  const project = textAt(payload, 'project.name');
  return sentence(
    capitalized(kind),
    textAt(payload, `${kind}.name`),
    entryOf(verbs, status) ?? (status ? `ended with ${wordsOf(status)}` : 'completed'),
    branch && `on ${branch}`,
    project && `in ${project}`,
  );
}
