import { firstLine, sentence } from '../description.js';
import { tell, tellEvent, wordsOf } from '../event-sentence.js';
import { objectsAt, firstTextAt, textAt } from '../payload.js';
import type { Payload } from '../parse-body.js';

/** Jira names the event in `webhookEvent`, Confluence in `event`. */
export const eventOf = (payload: Payload): string | undefined =>
  firstTextAt(payload, 'webhookEvent', 'event', 'eventType');

export function actorOf(payload: Payload): string | undefined {
  const paths = [
    'user',
    'comment.updateAuthor',
    'comment.author',
    'worklog.updateAuthor',
    'attachment.author',
    'actor',
  ];
  return firstTextAt(payload, ...paths.map((path) => `${path}.displayName`), 'userKey');
}

const THINGS = [
  'project',
  'version',
  'sprint',
  'board',
  'page',
  'blog',
  'content',
  'space',
  'attachment',
  'label',
  'group',
];

/** "Ada Lovelace created issue WEB-42 Fix the login" */
export function titleOf(event: string, payload: Payload): string {
  const type = event.replace(/^jira:/, '').replace(/^issuelink/, 'issue_link');
  const issue = sentence(textAt(payload, 'issue.key'), firstLine(textAt(payload, 'issue.fields.summary')));
  // The user of an event about a user is the thing and not the actor.
  const actor = type.startsWith('user_') ? undefined : actorOf(payload);
  return (
    restoredPhrase(type, actor, payload) ??
    changePhrase(type, issue, actor, payload) ??
    commentPhrase(type, issue, actor, payload) ??
    tellEvent(type, { by: 'Jira', actor, name: nameIn(type, issue, payload) })
  );
}

/** "Ada Lovelace changed status of WEB-42 Fix the login from To do to Done" */
function changePhrase(type: string, issue: string, actor: string | undefined, payload: Payload): string | undefined {
  const [change] = objectsAt(payload, 'changelog.items');
  const field = change && textAt(change, 'field');
  if (type !== 'issue_updated' || !change || !field) return undefined;
  const [from, to] = ['fromString', 'toString'].map((name) => firstLine(textAt(change, name)));
  const told = tell({ actor, verb: 'changed', noun: `${wordsOf(field)} of ${issue || 'an issue'}` });
  return sentence(told, from && `from ${from}`, to && `to ${to}`);
}

function commentPhrase(type: string, issue: string, actor: string | undefined, payload: Payload): string | undefined {
  if (type !== 'comment_created' || actor === undefined) return undefined;
  const about = issue || nameOf('page', payload) || nameOf('content', payload) || 'something';
  const text = firstLine(firstTextAt(payload, 'comment.body', 'comment.content'));
  return `${actor} commented on ${about}${text && `: ${text}`}`;
}

/** A project that comes back from the archive or from the trash. */
function restoredPhrase(type: string, actor: string | undefined, payload: Payload): string | undefined {
  if (!type.startsWith('project_restored')) return undefined;
  return tell({ actor, verb: 'restored', noun: 'project', name: nameOf('project', payload) });
}

function nameIn(type: string, issue: string, payload: Payload): string | undefined {
  if (type.startsWith('issue')) return issue;
  const isPartOfIssue = /^(?:comment|worklog)/.test(type) && issue !== '';
  return isPartOfIssue ? `on ${issue}` : nameOf(type, payload);
}

function nameOf(type: string, payload: Payload): string | undefined {
  if (type.startsWith('user_')) return firstTextAt(payload, 'user.displayName', 'user.name');
  const thing = THINGS.find((name) => type.startsWith(name)) ?? '';
  return firstLine(
    firstTextAt(payload, `${thing}.name`, `${thing}.title`, `${thing}.fileName`, `${thing}.filename`, 'page.title'),
  );
}

export function pageOf(payload: Payload): string | undefined {
  const key = textAt(payload, 'issue.key');
  const self = firstTextAt(payload, 'issue.self', 'page.self', 'content.self', 'space.self', 'blog.self');
  if (!key || !self || !URL.canParse(self)) return self;
  // A Data Center instance can lie below a path: everything before its API.
  return `${self.replace(/\/rest\/.*$/, '')}/browse/${encodeURIComponent(key)}`;
}
