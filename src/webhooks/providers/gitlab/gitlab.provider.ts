import { deliveryIdFrom } from '../delivery-id.js';
import { count, describeAs, firstLine, inWords, sentence } from '../description.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, numberAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { isOneOf, sha256 } from '../signature.js';
import { isStandardSigned, readStandardSecret } from '../standard-webhooks-signature.js';
import { secondsAsMs } from '../timestamp-window.js';

/** https://docs.gitlab.com/user/project/integrations/webhooks/ */
export const provider: Provider = {
  name: 'gitlab',
  setup: {
    label: 'GitLab',
    documentation: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
    steps: [
      'In the project or group, open **Settings > Webhooks**, and select **Add new webhook**.',
      'Paste `{url}` into **URL**.',
      'Enter a **Signing token** (`whsec_…`), which signs the body, or a **Secret token**, which GitLab sends as it is.',
      'Under **Trigger**, choose the events, for example **Push events** and **Merge request events**, and select **Add webhook**.',
    ],
    secret: 'The **Signing token** or the **Secret token** of the webhook.',
  },
  secrets: 'required',
  secretFrom: 'either',
  secretHeaders: ['x-gitlab-token'],
  /** Any text can be a secret token; a text with the prefix of a signing token must be a valid one. */
  readSecret: (secret) => (/^(?:v1,)?whsec_/.test(secret) ? readStandardSecret(secret) : { keys: [secret] }),
  evidence: {
    headers: () => ['x-gitlab-token', 'webhook-signature'],
    signedAt: ({ headers }) => secondsAsMs(headers['webhook-timestamp']),
  },

  /** A hook has a secret token, a signing token (`whsec_…`) or both; only the latter signs the body. */
  verify(request, { secrets, now }) {
    const signingTokens = secrets.filter((secret) => secret.startsWith('whsec_'));
    const plainTokens = secrets.filter((secret) => !secret.includes('whsec_'));
    return (
      isOneOf(request.headers['x-gitlab-token'], plainTokens) ||
      isStandardSigned(request, 'webhook', { secrets: signingTokens, now })
    );
  },

  deliveryId({ headers, body }) {
    const id = deliveryIdFrom(headers['idempotency-key']) ?? deliveryIdFrom(headers['webhook-id']);
    if (id) return id;
    // Hooks that trigger each other share one event UUID, so the id of older GitLab versions includes the body's hash.
    const event = headers['x-gitlab-event-uuid'];
    return event ? deliveryIdFrom(`${event}:${sha256(body).toString('hex')}`) : undefined;
  },

  describe(request) {
    const payload = parseObject(request.body);
    const kind = firstTextAt(payload, 'object_kind', 'event_name') ?? request.headers['x-gitlab-event'];
    const action = textAt(payload, 'object_attributes.action');
    return describeAs({
      eventType: kind && action ? `${kind}.${action}` : kind,
      title: titleOf(kind, payload),
      url: firstTextAt(payload, 'object_attributes.url', 'url', 'project.web_url'),
      sender: firstTextAt(payload, 'user.username', 'user_username', 'user.name', 'user_name'),
    });
  },
};

function titleOf(kind: string | undefined, payload: Payload): string {
  const actor = firstTextAt(payload, 'user.username', 'user_username', 'user.name', 'user_name') ?? 'GitLab';
  const place = firstTextAt(payload, 'project.path_with_namespace', 'path_with_namespace', 'group.full_path');
  const phrase = entryOf(phrases, kind)?.(payload) ?? `sent the event ${inWords(kind ?? 'unknown')}`;
  return sentence(actor, phrase, place && `in ${place}`);
}

const pastTense: Record<string, string> = { open: 'opened', close: 'closed', reopen: 'reopened', update: 'updated' };
const verbs: Record<string, string> = { ...pastTense, merge: 'merged', approved: 'approved', create: 'created' };

/** "opened !12 Add a page": GitLab writes ! for merge requests and # for issues. */
function thingPhrase(sigil: string): (payload: Payload) => string {
  return (payload) => {
    const number = textAt(payload, 'object_attributes.iid');
    const action = textAt(payload, 'object_attributes.action');
    const title = firstLine(textAt(payload, 'object_attributes.title'));
    return sentence(entryOf(verbs, action) ?? action ?? 'changed', number && `${sigil}${number}`, title);
  };
}

function refName(payload: Payload): string {
  return textAt(payload, 'ref')?.replace(/^refs\/(heads|tags)\//, '') ?? 'a branch';
}

const phrases: Record<string, (payload: Payload) => string> = {
  push(payload) {
    const commits = numberAt(payload, 'total_commits_count');
    return sentence('pushed', commits ? count(commits, 'commit') : undefined, `to ${refName(payload)}`);
  },
  tag_push: (payload) => `pushed the tag ${refName(payload)}`,
  merge_request: thingPhrase('!'),
  issue: thingPhrase('#'),
  work_item: thingPhrase('#'),
  note(payload) {
    const target = firstTextAt(payload, 'merge_request.title', 'issue.title', 'commit.message', 'snippet.title');
    return sentence('commented on', firstLine(target) || 'something');
  },
  pipeline: (payload) =>
    `ran the pipeline of ${textAt(payload, 'object_attributes.ref') ?? 'a branch'}: ${
      textAt(payload, 'object_attributes.status') ?? 'unknown'
    }`,
  build: (payload) =>
    `ran the job ${textAt(payload, 'build_name') ?? ''}: ${textAt(payload, 'build_status') ?? 'unknown'}`,
  release: (payload) => sentence('published the release', firstTextAt(payload, 'name', 'tag')),
  deployment: (payload) =>
    `deployed to ${textAt(payload, 'environment') ?? 'an environment'}: ${textAt(payload, 'status') ?? 'unknown'}`,
  wiki_page: (payload) => sentence('edited the wiki page', textAt(payload, 'object_attributes.title')),
};
