import { count, firstLine, inWords, sentence } from '../description.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, flagAt, listAt, textAt, valueAt } from '../payload.js';
import {
  alertPhrase,
  commentPhrase,
  type Phrase,
  inParentheses,
  memberPhrase,
  namedPhrase,
  pushPhrase,
  refPhrase,
  repositoryOf,
  reviewPhrase,
  runPhrase,
  threadPhrase,
  toPullRequest,
  verbOf,
  wikiPhrase,
} from './github.phrases.js';

/** The complete title; an event without a phrase of its own gets a generic one. */
export function titleOf(event: string, payload: Payload): string {
  const action = textAt(payload, 'action') ?? '';
  const phrase =
    entryOf(phrases, `${event}.${action}`)?.(payload) ??
    entryOf(phrases, event)?.(payload) ??
    plainPhrase(event, action);
  const place = firstTextAt(payload, 'repository.full_name', 'organization.login');
  return sentence(actorOf(payload), phrase, place && !phrase.includes(place) ? `in ${place}` : undefined);
}

function actorOf(payload: Payload): string {
  return firstTextAt(payload, 'sender.login', 'pusher.name') ?? 'GitHub';
}

/** Most actions are verbs in the past tense: "created a deploy key". The others are named: "reported a page build". */
function plainPhrase(event: string, action: string): string {
  const noun = inWords(event);
  const verb = inWords(action);
  if (verb.endsWith('ed')) return `${verb} ${articleFor(noun)} ${noun}`;
  return verb ? `reported ${articleFor(noun)} ${noun}: ${verb}` : `reported ${articleFor(noun)} ${noun}`;
}

function articleFor(noun: string): string {
  return /^[aeiou]/i.test(noun) ? 'an' : 'a';
}

const phrases: Record<string, Phrase> = {
  ping: (payload) => sentence('connected this webhook', inParentheses(textAt(payload, 'zen'))),
  push: pushPhrase,
  create: refPhrase('created'),
  delete: refPhrase('deleted'),
  pull_request: threadPhrase('pull_request'),
  'pull_request.closed': (payload) =>
    toPullRequest(payload, flagAt(payload, 'pull_request.merged') ? 'merged' : 'closed'),
  issues: threadPhrase('issue'),
  discussion: threadPhrase('discussion'),
  issue_comment: commentPhrase('issue'),
  commit_comment: commentPhrase(),
  discussion_comment: commentPhrase('discussion'),
  pull_request_review_comment: commentPhrase('pull_request'),
  pull_request_review: reviewPhrase,
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
  gollum: wikiPhrase,
  release: namedPhrase('the release', 'release.name', 'release.tag_name'),
  label: namedPhrase('the label', 'label.name'),
  milestone: namedPhrase('the milestone', 'milestone.title'),
  deploy_key: namedPhrase('the deploy key', 'key.title'),
  branch_protection_rule: namedPhrase('the branch protection rule', 'rule.name'),
  package: namedPhrase('the package', 'package.name'),
  project: namedPhrase('the project', 'project.name'),
  project_column: namedPhrase('the project column', 'project_column.name'),
  project_card: namedPhrase('the project card', 'project_card.note'),
  repository: namedPhrase('', 'repository.full_name'),
  team: namedPhrase('the team', 'team.name'),
  'team.added_to_repository': (payload) =>
    sentence('added the team', textAt(payload, 'team.name'), `to ${repositoryOf(payload)}`),
  'team.removed_from_repository': (payload) =>
    sentence('removed the team', textAt(payload, 'team.name'), `from ${repositoryOf(payload)}`),
  team_add: (payload) => sentence('added the team', textAt(payload, 'team.name'), `to ${repositoryOf(payload)}`),
  member: memberPhrase('changed the access of', 'to'),
  'member.added': memberPhrase('added', 'to'),
  'member.removed': memberPhrase('removed', 'from'),
  'membership.added': memberPhrase('added', 'to'),
  'membership.removed': memberPhrase('removed', 'from'),
  'organization.member_added': memberPhrase('added', 'to'),
  'organization.member_removed': memberPhrase('removed', 'from'),
  'organization.member_invited': memberPhrase('invited', 'to'),
  org_block: (payload) => {
    const person = textAt(payload, 'blocked_user.login');
    return person && `${verbOf(payload)} ${person}`;
  },
  check_run: runPhrase('the check', 'check_run'),
  check_suite: runPhrase('the checks of', 'check_suite'),
  workflow_run: runPhrase('the workflow', 'workflow_run'),
  workflow_job: runPhrase('the job', 'workflow_job'),
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
  dependabot_alert: alertPhrase,
  code_scanning_alert: alertPhrase,
  repository_vulnerability_alert: alertPhrase,
  secret_scanning_alert: alertPhrase,
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
    const phrase = sentence(verb.endsWith('ed') ? verb : 'changed', 'a sponsorship', tier && `of ${tier}`);
    return verb.endsWith('ed') ? phrase : `${phrase} (${verb})`;
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
