import { deliveryIdFrom } from '../delivery-id.js';
import { count, describeAs, firstLine, inWords, sentence } from '../description.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, listAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** Bitbucket Cloud: https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ */
export const provider: Provider = {
  name: 'bitbucket',
  setup: {
    label: 'Bitbucket Cloud',
    documentation: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
    steps: [
      'In the repository, open **Repository settings**, then **Webhooks** under **Workflow**, and select **Add webhook**.',
      'Enter a **Title**, paste `{url}` into **URL**, and enter a **Secret** or select **Generate secret**.',
      'Under **Triggers**, choose the events, for example **Repository push** and **Pull request: Created**, and select **Save**.',
    ],
    secret: 'The text in **Secret** of the webhook; Bitbucket signs nothing without it.',
  },
  secrets: 'required',
  secretFrom: 'either',
  // GitHub's legacy header of the same name has a SHA-1 signature; only SHA-256 is accepted here.
  ...hmacScheme({ header: 'x-hub-signature', prefix: 'sha256=' }),

  /** The same in every attempt; `X-Attempt-Number` counts them. */
  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-request-uuid']),

  describe(request) {
    const payload = parseObject(request.body);
    const event = request.headers['x-event-key'] ?? 'unknown';
    return describeAs({
      eventType: event.replaceAll(':', '.'),
      title: titleOf(event, payload),
      url: firstTextAt(
        payload,
        'comment.links.html.href',
        'pullrequest.links.html.href',
        'issue.links.html.href',
        'commit_status.url',
        'push.changes.0.links.html.href',
        'repository.links.html.href',
      ),
      sender: actorOf(payload),
    });
  },
};

function actorOf(payload: Payload): string | undefined {
  return firstTextAt(payload, 'actor.nickname', 'actor.display_name');
}

function titleOf(event: string, payload: Payload): string {
  const place = textAt(payload, 'repository.full_name');
  const phrase =
    entryOf(phrases, event)?.(payload) ?? threadPhrase(event, payload) ?? `sent the event ${inWords(event)}`;
  return sentence(actorOf(payload) ?? 'Bitbucket', phrase, place && `in ${place}`);
}

/** "created #5 Add a page" */
function threadPhrase(event: string, payload: Payload): string | undefined {
  const thread = ['pullrequest', 'issue'].find((path) => textAt(payload, `${path}.id`) !== undefined);
  if (!thread) return undefined;
  const target = sentence(`#${textAt(payload, `${thread}.id`)}`, firstLine(textAt(payload, `${thread}.title`)));
  const action = event.slice(event.indexOf(':') + 1);
  if (action.startsWith('comment_') || action.startsWith('comment:')) {
    const verb = inWords(action.slice('comment_'.length));
    return verb === 'created' ? `commented on ${target}` : `${verb} a comment on ${target}`;
  }
  return `${entryOf(verbs, action) ?? inWords(action)} ${target}`;
}

const verbs: Record<string, string> = {
  fulfilled: 'merged',
  rejected: 'declined',
  push: 'pushed to',
  unapproved: 'withdrew the approval of',
  changes_request_created: 'asked for changes to',
  changes_request_removed: 'no longer asks for changes to',
};

const phrases: Record<string, (payload: Payload) => string | undefined> = {
  'repo:push'(payload) {
    const change = { first: listAt(payload, 'push.changes')[0] };
    const name = firstTextAt(change, 'first.new.name', 'first.old.name') ?? 'a branch';
    if (textAt(change, 'first.new.name') === undefined) return `deleted ${name}`;
    const commits = listAt(change, 'first.commits').length;
    return sentence('pushed', commits > 0 ? count(commits, 'commit') : undefined, `to ${name}`);
  },
  'repo:fork': (payload) => sentence('made the fork', textAt(payload, 'fork.full_name')),
  'repo:commit_comment_created': (payload) =>
    `commented on commit ${textAt(payload, 'commit.hash')?.slice(0, 7) ?? 'unknown'}`,
  'repo:updated': () => 'changed the settings of the repository',
  'repo:transfer': () => 'transferred the repository',
  'repo:imported': () => 'imported the repository',
  'repo:deleted': () => 'deleted the repository',
  'project:updated': () => 'changed the settings of the project',
  'pipeline:span_created': () => 'ran a step of a pipeline',
  'repo:commit_status_created': statusPhrase,
  'repo:commit_status_updated': statusPhrase,
};

function statusPhrase(payload: Payload): string | undefined {
  const name = firstTextAt(payload, 'commit_status.name', 'commit_status.key');
  if (name === undefined) return 'set the status of a commit';
  return `ran ${name}: ${inWords(textAt(payload, 'commit_status.state') ?? 'unknown').toLowerCase()}`;
}
