import { firstLine, sentence } from '../description.js';
import { capitalized, wordsOf } from '../event-sentence.js';
import type { Payload } from '../parse-body.js';
import { entryOf, firstTextAt, listAt, textAt } from '../payload.js';

export const typeOf = (first: Payload): string | undefined => textAt(first, 'event.eventType');
export const actorOf = (first: Payload): string | undefined =>
  firstTextAt(first, 'event.actor.displayName', 'event.actor.alternateId');

/** The last word of an event type, in the past tense: https://developer.okta.com/docs/reference/api/event-types/ */
const verbs: Record<string, string> = {
  activate: 'activated',
  add: 'added',
  approve: 'approved',
  assign: 'assigned',
  change: 'changed',
  clear: 'cleared',
  clear_all: 'cleared',
  close: 'closed',
  complete: 'completed',
  connect: 'connected',
  create: 'created',
  created: 'created',
  deactivate: 'deactivated',
  delete: 'deleted',
  deny: 'denied',
  disable: 'disabled',
  enable: 'enabled',
  end: 'ended',
  expire: 'expired',
  fail: 'failed',
  grant: 'granted',
  import: 'imported',
  initiated: 'initiated',
  completed: 'completed',
  launch: 'launched',
  lock: 'locked',
  open: 'opened',
  push: 'pushed',
  reactivate: 'reactivated',
  remove: 'removed',
  reset: 'reset',
  reset_all: 'reset',
  resolve: 'resolved',
  revoke: 'revoked',
  rotate: 'rotated',
  run: 'ran',
  start: 'started',
  suspend: 'suspended',
  unassign: 'unassigned',
  unlock: 'unlocked',
  unsuspend: 'unsuspended',
  update: 'updated',
  upgrade: 'upgraded',
};

/** The types whose last word is not the deed. */
const phrases: Record<string, string> = {
  'user.session.start': 'signed in',
  'user.session.end': 'signed out',
  'user.session.access_admin_app': 'opened the Admin Console',
  'user.session.impersonation.initiate': 'began an impersonation',
  'user.authentication.sso': 'signed in to an application',
  'user.authentication.auth_via_mfa': 'proved a second factor',
  'user.authentication.verify': 'proved an authenticator',
  'user.account.update_password': 'changed a password',
  'user.account.reset_password': 'had a password reset',
  'user.account.lock': 'locked an account',
  'user.account.unlock': 'unlocked an account',
  'user.account.unlock_by_admin': 'unlocked an account',
  'user.account.report_suspicious_activity_by_enduser': 'reported suspicious activity',
  'user.account.privilege.grant': 'granted a privilege',
  'user.account.privilege.revoke': 'revoked a privilege',
  'user.account.update_profile': 'updated a profile',
  'user.account.update_primary_email': 'changed a primary e-mail address',
  'user.account.expire_password': 'expired a password',
  'user.lifecycle.delete.initiated': 'began to delete a user',
  'user.lifecycle.delete.completed': 'deleted a user',
  'user.mfa.factor.activate': 'set up a factor',
  'user.mfa.factor.deactivate': 'removed a factor',
  'user.mfa.factor.reset_all': 'had all factors reset',
  'group.user_membership.add': 'added a user to a group',
  'group.user_membership.remove': 'removed a user from a group',
  'application.user_membership.add': 'gave a user access to an application',
  'application.user_membership.remove': 'took the access to an application from a user',
  'application.user_membership.change_username': 'changed the user name for an application',
  'group.application_assignment.add': 'gave a group access to an application',
  'group.application_assignment.remove': 'took the access to an application from a group',
  'iam.resourceset.create': 'created a resource set',
  'iam.role.create': 'created a role of administrators',
  'security.breached_credential.detected': 'used credentials of a known breach',
  'system.agent.ad.connect': 'connected an agent of Active Directory',
  'system.import.complete': 'completed an import',
  'system.org.rate_limit.violation': 'exceeded a rate limit',
  'system.org.rate_limit.warning': 'came near a rate limit',
  'user.risk.change': 'has another risk level',
  'workflows.user.delegatedflow.run': 'ran a delegated flow',
  'security.threat.detected': 'was the source of a detected threat',
};

/** "Ada Lovelace created a user: Grace Hopper" */
export function titleOf(first: Payload, events: readonly unknown[]): string {
  const type = typeOf(first) ?? 'event';
  const actor = actorOf(first) ?? (/^(?:user\.(?!lifecycle)|security)/.test(type) ? 'A user' : 'Okta');
  const told = sentence(actor, entryOf(phrases, type) ?? phraseOf(type), outcomeOf(first));
  const targets = targetsOf(first, actor);
  const more = events.length > 1 ? ` (and ${events.length - 1} more)` : '';
  return `${capitalized(targets ? `${told}: ${targets}` : told)}${more}`;
}

/** `user.lifecycle.create` as "created a user". */
function phraseOf(type: string): string {
  const words = type.split('.');
  const last = words.at(-1) ?? '';
  const verb = entryOf(verbs, last);
  if (verb === undefined) return `sent the event ${wordsOf(type)}`;
  const noun = wordsOf(
    words
      .slice(0, -1)
      .filter((word) => word !== 'lifecycle')
      .join(' '),
  );
  return noun === '' ? `${verb} something` : `${verb} ${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function outcomeOf(first: Payload): string | undefined {
  const result = textAt(first, 'event.outcome.result');
  return result === undefined || result === 'SUCCESS' ? undefined : `(${wordsOf(result.toLowerCase())})`;
}

function targetsOf(first: Payload, actor: string): string {
  const names = listAt(first, 'event.target').map((target) =>
    firstLine(firstTextAt({ target }, 'target.displayName', 'target.alternateId')),
  );
  return [...new Set(names)]
    .filter((name) => name !== '' && name !== actor)
    .slice(0, 3)
    .join(', ');
}
