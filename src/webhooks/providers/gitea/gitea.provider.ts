import { deliveryIdFrom } from '../delivery-id.js';
import { count, describeAs, firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, listAt, numberAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** Gitea and Forgejo, which signs with the same header: https://docs.gitea.com/usage/webhooks */
export const provider: Provider = {
  name: 'gitea',
  secrets: 'required',
  secretFrom: 'receiver',
  // A webhook can have a fixed Authorization header, chosen by its owner.
  secretHeaders: ['authorization'],
  ...hmacScheme({ header: 'x-gitea-signature' }),

  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-gitea-delivery']),

  describe(request) {
    const payload = parseObject(request.body);
    const event = request.headers['x-gitea-event'] ?? request.headers['x-forgejo-event'];
    const action = textAt(payload, 'action');
    return describeAs({
      eventType: event && action ? `${event}.${action}` : event,
      title: titleOf(event ?? 'event', payload),
      url: firstTextAt(
        payload,
        'comment.html_url',
        'pull_request.html_url',
        'issue.html_url',
        'release.html_url',
        'workflow_run.html_url',
        'compare_url',
        'repository.html_url',
      ),
      sender: actorOf(payload),
    });
  },

  setup: {
    label: 'Gitea and Forgejo',
    documentation: 'https://docs.gitea.com/usage/webhooks',
    steps: [
      'Open the repository or the organization, then **Settings**, **Webhooks**, **Add webhook**, **Gitea** (**Forgejo**).',
      'Paste `{url}` as **Target URL**. Leave **HTTP method** at **POST** and **POST content type** at **application/json**.',
      'Enter a long random text as **Secret**, choose the events, and select **Add webhook**.',
    ],
    secret: 'You choose it as **Secret** of the webhook.',
  },
};

const actorOf = (payload: Payload): string | undefined =>
  firstTextAt(payload, 'sender.login', 'sender.username', 'pusher.login');

/** "ada opened #5 Add a page in octo/hello" */
function titleOf(event: string, payload: Payload): string {
  const place = textAt(payload, 'repository.full_name');
  const phrase = entryOf(phrases, event)?.(payload) ?? threadPhrase(event, payload) ?? otherPhrase(event, payload);
  return sentence(actorOf(payload) ?? 'Gitea', phrase, place && event !== 'repository' ? `in ${place}` : undefined);
}

const refName = (payload: Payload): string =>
  textAt(payload, 'ref')?.replace(/^refs\/(?:heads|tags)\//, '') ?? 'a branch';

const refPhrase = (payload: Payload): string => sentence(textAt(payload, 'ref_type'), refName(payload));

const phrases: Record<string, (payload: Payload) => string> = {
  push(payload) {
    const commits = numberAt(payload, 'total_commits') ?? listAt(payload, 'commits').length;
    return sentence('pushed', commits > 0 ? count(commits, 'commit') : undefined, `to ${refName(payload)}`);
  },
  create: (payload) => sentence('created', refPhrase(payload)),
  delete: (payload) => sentence('deleted', refPhrase(payload)),
  fork: (payload) => sentence('made a fork of', textAt(payload, 'forkee.full_name') ?? 'the repository'),
  wiki: (payload) => sentence(textAt(payload, 'action') ?? 'edited', 'the wiki page', textAt(payload, 'page')),
  repository: (payload) =>
    sentence(textAt(payload, 'action') ?? 'changed', 'repository', textAt(payload, 'repository.full_name')),
  release: (payload) =>
    sentence(
      textAt(payload, 'action') ?? 'published',
      'release',
      firstTextAt(payload, 'release.name', 'release.tag_name'),
    ),
  package: (payload) => sentence(textAt(payload, 'action') ?? 'published', 'package', textAt(payload, 'package.name')),
  status: (payload) => sentence('set the status of a commit to', textAt(payload, 'state') ?? 'unknown'),
  workflow_run: (payload) => workflowPhrase('workflow_run', payload),
  workflow_job: (payload) => workflowPhrase('workflow_job', payload),
};

function workflowPhrase(path: string, payload: Payload): string {
  const state = firstTextAt(payload, `${path}.conclusion`, `${path}.status`, 'action');
  const name = firstTextAt(payload, `${path}.display_title`, `${path}.name`);
  return (
    sentence('ran', path === 'workflow_job' ? 'job' : 'workflow', firstLine(name)) +
    (state ? `: ${wordsOf(state)}` : '')
  );
}

const verbs: Record<string, string> = {
  edited: 'edited',
  synchronized: 'pushed to',
  assigned: 'changed the assignees of',
  unassigned: 'changed the assignees of',
  label_updated: 'changed the labels of',
  label_cleared: 'removed the labels of',
  milestoned: 'set the milestone of',
  demilestoned: 'removed the milestone of',
  review_requested: 'asked for a review of',
  review_request_removed: 'withdrew the request for a review of',
  reviewed: 'reviewed',
};

/** The name of the event is finer than its action for reviews and comments. */
const threadEvents: Record<string, string> = {
  pull_request_approved: 'approved',
  pull_request_review_approved: 'approved',
  pull_request_rejected: 'asked for changes to',
  pull_request_review_rejected: 'asked for changes to',
  pull_request_review_comment: 'reviewed',
  pull_request_review_request: 'asked for a review of',
};

function threadPhrase(event: string, payload: Payload): string | undefined {
  if (!/^(?:issue|pull_request)/.test(event)) return undefined;
  const thread = event.startsWith('pull') || textAt(payload, 'issue.title') === undefined ? 'pull_request' : 'issue';
  const number = firstTextAt(payload, `${thread}.number`, 'number');
  const noun = event.startsWith('pull') ? 'a pull request' : 'an issue';
  const target = sentence(number && `#${number}`, firstLine(textAt(payload, `${thread}.title`))) || noun;
  const action = textAt(payload, 'action');
  if (event.endsWith('_comment') && !event.includes('review')) {
    if (action === 'reviewed') return `reviewed ${target}`;
    return action === undefined || action === 'created' ? `commented on ${target}` : `${action} a comment on ${target}`;
  }
  return sentence(
    entryOf(threadEvents, event) ?? entryOf(verbs, action) ?? (action && wordsOf(action)) ?? 'changed',
    target,
  );
}

const otherPhrase = (event: string, payload: Payload): string =>
  sentence('sent the event', wordsOf(event), wordsOf(textAt(payload, 'action') ?? ''));
