import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  declaredNotificationRules,
  type NotificationTemplate,
  type PersonalNotificationTemplate,
} from '../../../access/public/define-notification.js';
import { PermissionHolders } from '../../../access/public/permission-holders.js';
import { holds } from '../../../access/public/scoped-permissions.js';
import { userChannel } from '../../../access/public/user-channel.js';
import type { Transaction } from '../../../platform/database/database.js';
import { LogConsumers } from '../../../platform/events/consumers/log-consumers.js';
import { draftEvent, EventLog } from '../../../platform/events/event-log.js';
import type { EventFields } from '../../../platform/events/logged-event.js';
import { newId } from '../../../platform/ids.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { planMails } from '../mail/mail.store.js';
import { notificationMade } from '../notification.declarations.js';
import { Pushes } from '../push/pushes.js';
import { sendPushes, type SendPushesPayload } from '../push/send-pushes.job.js';
import { insertNotifications, type NotificationDraft } from './notification-records.js';

type RuleMatch = {
  readonly kind: string;
  readonly event: EventFields;
  readonly template: NotificationTemplate | PersonalNotificationTemplate;
};
type Permissions = Awaited<ReturnType<PermissionHolders['lock']>>;

/** Turns events into notifications by the declared rules: exactly once for each event, in order. */
@Injectable()
export class MakeNotifications implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: LogConsumers,
    private readonly holders: PermissionHolders,
    private readonly log: EventLog,
    private readonly pushes: Pushes,
    @Inject(queueOf(sendPushes)) private readonly jobs: JobQueue<SendPushesPayload>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.consumers.start({
      name: 'notifications',
      types: [...new Set(declaredNotificationRules().map(({ event }) => event.name))],
      handle: (tx, events) => this.handle(tx, events),
    });
  }

  private async handle(tx: Transaction, events: readonly EventFields[]): Promise<void> {
    const matches = events.flatMap(matchesOf);
    // Under the lock of the rights: a concurrent revocation either waits for the notification or prevents it.
    const permissions = await this.holders.lock(tx, holdersQuery(matches));
    const drafts = matches.flatMap((match) => draftsOf(match, permissions));
    const made = await insertNotifications(tx, drafts);
    const inApp = made.filter((notification) => notification.inApp);
    const pushIds = await this.pushes.plan(
      tx,
      made.filter(({ push }) => push).map(({ id }) => id),
    );
    await planMails(tx, made);
    await this.log.append(
      tx,
      inApp.map(({ id, userId, kind, workspaceId, actor }) =>
        draftEvent(notificationMade, userChannel(userId), { id, kind, workspaceId }, actor),
      ),
    );
    tx.afterCommit(() => void this.pushes.enqueue(this.jobs, pushIds));
  }
}

function matchesOf(event: EventFields): RuleMatch[] {
  return declaredNotificationRules()
    .filter((rule) => rule.event.name === event.type)
    .flatMap((rule) =>
      rule.notificationsOf(JSON.parse(event.payload), event).map((template) => ({ kind: rule.kind, event, template })),
    );
}

const isPersonal = (
  template: NotificationTemplate | PersonalNotificationTemplate,
): template is PersonalNotificationTemplate => template.requires === 'being the recipient';

function holdersQuery(matches: readonly RuleMatch[]) {
  const templates = matches.flatMap(({ template }) => (isPersonal(template) ? [] : template));
  const toAll = templates.filter(({ recipients }) => recipients === 'everybody');
  const toSome = templates.filter(({ recipients }) => recipients !== 'everybody');
  return {
    whole: [...new Set(toAll.map(({ requires }) => requires.workspaceId))],
    workspaceIds: [...new Set(toSome.map(({ requires }) => requires.workspaceId))],
    userIds: [...new Set(toSome.flatMap(({ recipients }) => recipients))],
  };
}

function draftsOf({ kind, event, template }: RuleMatch, permissions: Permissions): NotificationDraft[] {
  const requires = isPersonal(template) ? undefined : template.requires;
  const { subject, title, body, path } = template;
  const texts = { kind, eventId: event.id, actor: event.actor, subject, title, body, path };
  const where = { workspaceId: requires?.workspaceId ?? null, permission: requires?.permission ?? null };
  return recipientsOf(template, permissions)
    .filter((userId) => userId !== event.actor)
    .map((userId) => ({ id: newId(), userId, ...texts, ...where }));
}

/** The named recipients who have the required permission. */
function recipientsOf(
  template: NotificationTemplate | PersonalNotificationTemplate,
  permissions: Permissions,
): string[] {
  if (isPersonal(template)) return [...new Set(template.recipients)];
  const { requires, recipients } = template;
  const members = permissions.get(requires.workspaceId) ?? new Map<string, ReadonlySet<string>>();
  const named = recipients === 'everybody' ? members.keys() : new Set(recipients);
  return [...named].filter((userId) => holds(members.get(userId) ?? new Set(), requires.permission));
}
