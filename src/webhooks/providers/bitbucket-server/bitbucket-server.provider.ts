import { answerPing } from '../atlassian-ping.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { count, describeAs, firstLine, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, objectsAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** Bitbucket Data Center: https://confluence.atlassian.com/bitbucketserver/manage-webhooks-938025878.html */
export const provider: Provider = {
  name: 'bitbucket-server',
  secrets: 'required',
  secretFrom: 'receiver',
  ...hmacScheme({ header: 'x-hub-signature', prefix: 'sha256=' }),

  deliveryId: ({ headers }) => deliveryIdFrom(headers['x-request-id']),

  handshake: answerPing,
  unsignedHandshake: answerPing,

  describe(request) {
    const payload = parseObject(request.body);
    const event = textAt(payload, 'eventKey') ?? request.headers['x-event-key'];
    return describeAs({
      eventType: event?.replaceAll(':', '.'),
      title: titleOf(event ?? 'event', payload),
      url: firstTextAt(payload, 'pullRequest.links.self.0.href', 'repository.links.self.0.href'),
      sender: firstTextAt(payload, 'actor.name', 'actor.displayName'),
    });
  },

  setup: {
    label: 'Bitbucket Data Center',
    documentation: 'https://confluence.atlassian.com/bitbucketserver/manage-webhooks-938025878.html',
    steps: [
      'Open the repository or the project, then **Repository settings** (**Project settings**), **Webhooks**, **Create webhook**.',
      'Paste `{url}` as **URL**, and enter a long random text as **Secret**.',
      'Select **Test connection**, choose the events, and select **Create**.',
    ],
    secret: 'You choose it as **Secret** of the webhook.',
  },
};

const pullRequestVerbs: Record<string, string> = {
  'pr:opened': 'opened',
  'pr:from_ref_updated': 'pushed to',
  'pr:modified': 'edited',
  'pr:reviewer:updated': 'changed the reviewers of',
  'pr:reviewer:approved': 'approved',
  'pr:reviewer:unapproved': 'withdrew the approval of',
  'pr:reviewer:needs_work': 'asked for changes to',
  'pr:reviewer:changes_requested': 'asked for changes to',
  'pr:merged': 'merged',
  'pr:declined': 'declined',
  'pr:deleted': 'deleted',
  'pr:comment:added': 'commented on',
  'pr:comment:edited': 'edited a comment on',
  'pr:comment:deleted': 'deleted a comment on',
};

const phrases: Record<string, (payload: Payload) => string> = {
  'repo:refs_changed': pushPhrase,
  'repo:modified': () => 'changed the settings of the repository',
  'repo:forked': () => 'made a fork of the repository',
  'repo:comment:added': () => 'commented on a commit',
  'repo:comment:edited': () => 'edited a comment on a commit',
  'repo:comment:deleted': () => 'deleted a comment on a commit',
  'repo:secret_detected': () => 'pushed a secret',
  'mirror:repo_synchronized': () => 'synchronized a mirror',
  'project:modified': () => 'changed the settings of the project',
};

/** "ada opened #5 Add a page in OCTO/hello" */
function titleOf(event: string, payload: Payload): string {
  const repository = { of: payload['repository'] ?? firstOrigin(payload) };
  const slug = firstTextAt(repository, 'of.slug', 'of.name');
  const place = slug && [textAt(repository, 'of.project.key'), slug].filter(Boolean).join('/');
  const verb = entryOf(pullRequestVerbs, event);
  const number = textAt(payload, 'pullRequest.id');
  const request = sentence(number && `#${number}`, firstLine(textAt(payload, 'pullRequest.title'))) || 'a pull request';
  const phrase = verb === undefined ? entryOf(phrases, event)?.(payload) : `${verb} ${request}`;
  if (phrase === undefined) return sentence(tellEvent(event, { by: 'Bitbucket' }), place && `in ${place}`);
  const actor = firstTextAt(payload, 'actor.name', 'actor.displayName') ?? 'Bitbucket';
  return sentence(actor, phrase, place && `in ${place}`);
}

function firstOrigin(payload: Payload): unknown {
  const target = payload['pullRequest'];
  const to = typeof target === 'object' && target !== null && 'toRef' in target ? target.toRef : undefined;
  return typeof to === 'object' && to !== null && 'repository' in to ? to.repository : undefined;
}

function pushPhrase(payload: Payload): string {
  const changes = objectsAt(payload, 'changes');
  const [first] = changes;
  const name = (first && textAt(first, 'ref.displayId')) ?? 'a branch';
  if (changes.length > 1) return `pushed to ${count(changes.length, 'branch', 'branches')}`;
  const type = first && textAt(first, 'type');
  return `${entryOf({ ADD: 'created', DELETE: 'deleted' }, type) ?? 'pushed to'} ${name}`;
}
