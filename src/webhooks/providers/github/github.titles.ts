import { count, firstLine, inWords, sentence } from '../description.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, flagAt, listAt, textAt, valueAt } from '../payload.js';
import {
  alertDeed,
  commentDeed,
  type Deed,
  inParentheses,
  memberDeed,
  namedDeed,
  pushDeed,
  refDeed,
  repositoryOf,
  reviewDeed,
  runDeed,
  threadDeed,
  toPullRequest,
  verbOf,
  wikiDeed,
} from './github.deeds.js';

/** The whole line; an event that nobody has written a sentence for gets a plain one. */
export function titleOf(event: string, payload: Payload): string {
  const action = textAt(payload, 'action') ?? '';
  const deed =
    entryOf(deeds, `${event}.${action}`)?.(payload) ?? entryOf(deeds, event)?.(payload) ?? plainDeed(event, action);
  const place = firstTextAt(payload, 'repository.full_name', 'organization.login');
  return sentence(actorOf(payload), deed, place && !deed.includes(place) ? `in ${place}` : undefined);
}

function actorOf(payload: Payload): string {
  return firstTextAt(payload, 'sender.login', 'pusher.name') ?? 'GitHub';
}

/** Most actions are verbs in the past tense: "created a deploy key"; the others are only named: "caused a page build". */
function plainDeed(event: string, action: string): string {
  const noun = inWords(event);
  const verb = inWords(action);
  if (verb.endsWith('ed')) return `${verb} ${articleFor(noun)} ${noun}`;
  return verb ? `caused ${noun}: ${verb}` : `caused ${articleFor(noun)} ${noun}`;
}

function articleFor(noun: string): string {
  return /^[aeiou]/i.test(noun) ? 'an' : 'a';
}

const deeds: Record<string, Deed> = {
  ping: (payload) => sentence('connected this webhook', inParentheses(textAt(payload, 'zen'))),
  push: pushDeed,
  create: refDeed('created'),
  delete: refDeed('deleted'),
  pull_request: threadDeed('pull_request'),
  'pull_request.closed': (payload) =>
    toPullRequest(payload, flagAt(payload, 'pull_request.merged') ? 'merged' : 'closed'),
  issues: threadDeed('issue'),
  discussion: threadDeed('discussion'),
  issue_comment: commentDeed('issue'),
  commit_comment: commentDeed(),
  discussion_comment: commentDeed('discussion'),
  pull_request_review_comment: commentDeed('pull_request'),
  pull_request_review: reviewDeed,
  'pull_request_review.dismissed': (payload) => toPullRequest(payload, 'dismissed a review of'),
  pull_request_review_thread: (payload) => toPullRequest(payload, `${verbOf(payload)} a conversation on`),
  fork: (payload) => {
    const fork = textAt(payload, 'forkee.full_name');
    return fork && `made the fork ${fork}`;
  },
  'watch.started': (payload) => `starred ${repositoryOf(payload)}`,
  'star.created': (payload) => `starred ${repositoryOf(payload)}`,
  'star.deleted': (payload) => `unstarred ${repositoryOf(payload)}`,
  public: (payload) => `made ${repositoryOf(payload)} public`,
  gollum: wikiDeed,
  release: namedDeed('the release', 'release.name', 'release.tag_name'),
  label: namedDeed('the label', 'label.name'),
  milestone: namedDeed('the milestone', 'milestone.title'),
  deploy_key: namedDeed('the deploy key', 'key.title'),
  branch_protection_rule: namedDeed('the branch protection rule', 'rule.name'),
  package: namedDeed('the package', 'package.name'),
  project: namedDeed('the project', 'project.name'),
  project_column: namedDeed('the project column', 'project_column.name'),
  project_card: namedDeed('the project card', 'project_card.note'),
  repository: namedDeed('', 'repository.full_name'),
  team: namedDeed('the team', 'team.name'),
  'team.added_to_repository': (payload) =>
    sentence('added the team', textAt(payload, 'team.name'), `to ${repositoryOf(payload)}`),
  'team.removed_from_repository': (payload) =>
    sentence('removed the team', textAt(payload, 'team.name'), `from ${repositoryOf(payload)}`),
  team_add: (payload) => sentence('added the team', textAt(payload, 'team.name'), `to ${repositoryOf(payload)}`),
  member: memberDeed('changed the access of', 'to'),
  'member.added': memberDeed('added', 'to'),
  'member.removed': memberDeed('removed', 'from'),
  'membership.added': memberDeed('added', 'to'),
  'membership.removed': memberDeed('removed', 'from'),
  'organization.member_added': memberDeed('added', 'to'),
  'organization.member_removed': memberDeed('removed', 'from'),
  'organization.member_invited': memberDeed('invited', 'to'),
  org_block: (payload) => {
    const person = textAt(payload, 'blocked_user.login');
    return person && `${verbOf(payload)} ${person}`;
  },
  check_run: runDeed('the check', 'check_run'),
  check_suite: runDeed('the checks of', 'check_suite'),
  workflow_run: runDeed('the workflow', 'workflow_run'),
  workflow_job: runDeed('the job', 'workflow_job'),
  workflow_dispatch: (payload) => {
    const workflow = textAt(payload, 'workflow');
    return workflow && `started the workflow ${workflow.replace(/^.*\//, '')}`;
  },
  repository_dispatch: (payload) => sentence('dispatched', textAt(payload, 'action')),
  deployment: (payload) => {
    const environment = textAt(payload, 'deployment.environment');
    return environment && `started a deployment to ${environment}`;
  },
  deployment_status: (payload) => {
    const environment = textAt(payload, 'deployment.environment');
    const state = textAt(payload, 'deployment_status.state');
    return environment && state && `deployed to ${environment}: ${inWords(state)}`;
  },
  status: (payload) => {
    const state = textAt(payload, 'state');
    const commit = textAt(payload, 'sha')?.slice(0, 7);
    const context = textAt(payload, 'context');
    return state && commit && sentence('got', inWords(state), context && `from ${context}`, `for commit ${commit}`);
  },
  page_build: (payload) => `built the pages: ${inWords(textAt(payload, 'build.status') ?? 'unknown')}`,
  dependabot_alert: alertDeed,
  code_scanning_alert: alertDeed,
  repository_vulnerability_alert: alertDeed,
  secret_scanning_alert: alertDeed,
  security_advisory: (payload) => {
    const id = textAt(payload, 'security_advisory.ghsa_id');
    const summary = firstLine(textAt(payload, 'security_advisory.summary'));
    return id && sentence(verbOf(payload), summary ? `${id}: ${summary}` : id);
  },
  installation: (payload) => sentence(verbOf(payload), 'the app', textAt(payload, 'installation.app_slug')),
  'installation.created': (payload) => sentence('installed the app', textAt(payload, 'installation.app_slug')),
  'installation.deleted': (payload) => sentence('uninstalled the app', textAt(payload, 'installation.app_slug')),
  installation_repositories: (payload) => {
    const added = listAt(payload, 'repositories_added').length;
    const removed = listAt(payload, 'repositories_removed').length;
    return added >= removed
      ? `gave the app access to ${count(added, 'repository', 'repositories')}`
      : `took ${count(removed, 'repository', 'repositories')} away from the app`;
  },
  marketplace_purchase: (payload) => {
    const plan = textAt(payload, 'marketplace_purchase.plan.name');
    return plan && `${verbOf(payload)} the plan ${plan}`;
  },
  sponsorship: (payload) => {
    const tier = textAt(payload, 'sponsorship.tier.name');
    const verb = verbOf(payload);
    const deed = sentence(verb.endsWith('ed') ? verb : 'changed', 'a sponsorship', tier && `of ${tier}`);
    return verb.endsWith('ed') ? deed : `${deed} (${verb})`;
  },
  projects_v2_item: (payload) => {
    const kind = textAt(payload, 'projects_v2_item.content_type');
    const action = textAt(payload, 'action');
    return kind && action && `${inWords(action)} a project item (${kind})`;
  },
  'github_app_authorization.revoked': () => 'revoked the authorization of an app',
  repository_import: (payload) => `imported ${repositoryOf(payload)}: ${textAt(payload, 'status') ?? 'unknown'}`,
  'merge_group.checks_requested': () => 'asked for the checks of a merge group',
  meta: (payload) => (valueAt(payload, 'hook_id') === undefined ? undefined : 'deleted this webhook'),
};
