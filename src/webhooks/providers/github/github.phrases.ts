import { count, firstLine, inWords, sentence } from '../description.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, flagAt, listAt, textAt } from '../payload.js';

/** The middle of a title, between the actor and the repository: "opened #1347 Update README". */
export type Phrase = (payload: Payload) => string | undefined;

/** Most actions already are verbs in the past tense. */
export function verbOf(payload: Payload): string {
  const action = textAt(payload, 'action') ?? 'changed';
  return entryOf(irregularVerbs, action) ?? inWords(action);
}

const irregularVerbs: Record<string, string> = {
  create: 'created',
  dismiss: 'dismissed',
  resolve: 'resolved',
  suspend: 'suspended',
  unsuspend: 'resumed',
  withdrawn: 'withdrew',
  closed_by_user: 'closed',
  reopened_by_user: 'reopened',
  appeared_in_branch: 'found in another branch the',
  new_permissions_accepted: 'accepted new permissions of',
};

/** "#1347 Update README" */
export function numbered(payload: Payload, path: string): string | undefined {
  const number = textAt(payload, `${path}.number`);
  const title = firstLine(textAt(payload, `${path}.title`));
  return number && sentence(`#${number}`, title);
}

/** Describes the actions that issues, pull requests and discussions have in common. */
export function threadPhrase(path: string): Phrase {
  return (payload) => {
    const thread = numbered(payload, path);
    const action = textAt(payload, 'action');
    if (!thread || !action) return undefined;
    const label = textAt(payload, 'label.name');
    const person = firstTextAt(payload, 'assignee.login', 'requested_reviewer.login', 'requested_team.name');
    const milestone = firstTextAt(payload, 'milestone.title', `${path}.milestone.title`);
    const special: Record<string, string | undefined> = {
      synchronize: `pushed to ${thread}`,
      ready_for_review: `marked ${thread} as ready for review`,
      converted_to_draft: `made ${thread} a draft`,
      auto_merge_enabled: `turned on auto-merge for ${thread}`,
      auto_merge_disabled: `turned off auto-merge for ${thread}`,
      enqueued: `queued ${thread} to be merged`,
      dequeued: `took ${thread} out of the merge queue`,
      category_changed: `moved ${thread} to another category`,
      labeled: label && `labeled ${thread} as ${label}`,
      unlabeled: label && `took the label ${label} off ${thread}`,
      assigned: person && `assigned ${thread} to ${person}`,
      unassigned: person && `unassigned ${person} from ${thread}`,
      review_requested: person && `asked ${person} to review ${thread}`,
      review_request_removed: person && `no longer asks ${person} to review ${thread}`,
      milestoned: milestone && `added ${thread} to the milestone ${milestone}`,
      demilestoned: `took ${thread} off its milestone`,
    };
    return entryOf(special, action) ?? `${inWords(action)} ${thread}`;
  };
}

export function commentPhrase(...threads: string[]): Phrase {
  return (payload) => {
    const about = threads.map((path) => numbered(payload, path)).find((thread) => thread !== undefined);
    const commit = firstTextAt(payload, 'comment.commit_id')?.slice(0, 7);
    const target = about ?? (commit && `commit ${commit}`);
    if (!target) return undefined;
    const action = textAt(payload, 'action') ?? 'created';
    return action === 'created' ? `commented on ${target}` : `${inWords(action)} a comment on ${target}`;
  };
}

/** "created the label bug" */
export function namedPhrase(noun: string, ...paths: string[]): Phrase {
  return (payload) => {
    const name = firstLine(firstTextAt(payload, ...paths));
    const action = textAt(payload, 'action');
    return name && action ? `${inWords(action)} ${sentence(noun, name)}` : undefined;
  };
}

/** "ran the check build: success" */
export function runPhrase(noun: string, path: string): Phrase {
  return (payload) => {
    const name = firstTextAt(payload, `${path}.name`, `${path}.app.name`, `${path}.environment`);
    const outcome = firstTextAt(payload, `${path}.conclusion`, 'action');
    return name && `ran ${noun} ${name}: ${inWords(outcome ?? 'unknown')}`;
  };
}

export function alertPhrase(payload: Payload): string | undefined {
  const number = textAt(payload, 'alert.number');
  const what = firstTextAt(
    payload,
    'alert.security_advisory.summary',
    'alert.rule.description',
    'alert.affected_package_name',
  );
  return sentence(verbOf(payload), 'alert', number && `#${number}`, firstLine(what));
}

export function pushPhrase(payload: Payload): string | undefined {
  const ref = textAt(payload, 'ref');
  if (!ref) return undefined;
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const kind = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  if (flagAt(payload, 'deleted')) return `deleted the ${kind} ${name}`;
  if (kind === 'tag') return `pushed the tag ${name}`;
  const commits = listAt(payload, 'commits').length;
  if (commits === 0) return flagAt(payload, 'created') ? `pushed the new branch ${name}` : `pushed to ${name}`;
  const subject = firstLine(textAt(payload, 'head_commit.message'));
  const verb = flagAt(payload, 'forced') ? 'force-pushed' : 'pushed';
  return sentence(verb, count(commits, 'commit'), `to ${name}`, commits === 1 ? inParentheses(subject) : undefined);
}

export function refPhrase(verb: string): Phrase {
  return (payload) => {
    const ref = textAt(payload, 'ref');
    return ref && `${verb} the ${textAt(payload, 'ref_type') ?? 'ref'} ${ref}`;
  };
}

export function reviewPhrase(payload: Payload): string | undefined {
  const verdicts: Record<string, string> = { approved: 'approved', changes_requested: 'asked for changes to' };
  const verdict = entryOf(verdicts, textAt(payload, 'review.state')?.toLowerCase());
  return toPullRequest(payload, verdict ?? 'reviewed');
}

/** "merged #1347 Update README" */
export function toPullRequest(payload: Payload, verb: string): string | undefined {
  const pullRequest = numbered(payload, 'pull_request');
  return pullRequest && `${verb} ${pullRequest}`;
}

export function memberPhrase(verb: string, preposition: string): Phrase {
  return (payload) => {
    const person = firstTextAt(payload, 'member.login', 'membership.user.login', 'invitation.login', 'user.login');
    const team = textAt(payload, 'team.name');
    return person && sentence(verb, person, team && `${preposition} the team ${team}`);
  };
}

export function wikiPhrase(payload: Payload): string | undefined {
  const pages = listAt(payload, 'pages').length;
  const title = textAt({ first: listAt(payload, 'pages')[0] }, 'first.title');
  if (pages === 0) return undefined;
  return pages === 1 && title ? `edited the wiki page ${title}` : `edited ${count(pages, 'wiki page')}`;
}

export function inParentheses(text: string | undefined): string | undefined {
  return text ? `(${text})` : undefined;
}

export function repositoryOf(payload: Payload): string {
  return textAt(payload, 'repository.full_name') ?? 'a repository';
}
