import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  declaredNotificationRules,
  type NotificationTemplate,
  type PersonalNotificationTemplate,
} from '../../../access/public/define-notification.js';
import { PermissionHolders } from '../../../access/public/permission-holders.js';
import { userChannel } from '../../../access/public/user-channel.js';
import type { Transaction } from '../../../platform/database/database.js';
import { LogConsumers } from '../../../platform/events/consumers/log-consumers.js';
import { draftEvent, EventLog } from '../../../platform/events/event-log.js';
import type { EventFields } from '../../../platform/events/logged-event.js';
import { newId } from '../../../platform/ids.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { notificationMade } from '../notification.declarations.js';
import { Pushes } from '../push/pushes.js';
import { sendPushes, type SendPushesPayload } from '../push/send-pushes.job.js';
import { insertNotifications, type NotificationDraft } from './notification-records.js';

type Concern = {
  readonly kind: string;
  readonly event: EventFields;
  readonly notice: NotificationTemplate | PersonalNotificationTemplate;
};
type Permissions = Awaited<ReturnType<PermissionHolders['lock']>>;

/** Turns events into notifications, by the rules that rooms have declared: with the events' own once-only, in their order. */
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
    const concerns = events.flatMap(concernsOf);
    // Under the lock of the rights: whoever is losing one right now gets his notification before that, or not at all.
    const permissions = await this.holders.lock(tx, askedFor(concerns));
    const drafts = concerns.flatMap((concern) => draftsOf(concern, permissions));
    const made = await insertNotifications(tx, drafts);
    const shown = made.filter(({ inApp }) => inApp);
    const pushIds = await this.pushes.plan(
      tx,
      made.filter(({ push }) => push).map(({ id }) => id),
    );
    await this.log.append(
      tx,
      shown.map(({ id, userId, kind, workspaceId, actor }) =>
        draftEvent(notificationMade, userChannel(userId), { id, kind, workspaceId }, actor),
      ),
    );
    tx.afterCommit(() => void this.pushes.announce(this.jobs, pushIds));
  }
}

function concernsOf(event: EventFields): Concern[] {
  return declaredNotificationRules()
    .filter((rule) => rule.event.name === event.type)
    .flatMap((rule) =>
      rule.notificationsOf(JSON.parse(event.payload), event).map((notice) => ({ kind: rule.kind, event, notice })),
    );
}

const isPersonal = (
  notice: NotificationTemplate | PersonalNotificationTemplate,
): notice is PersonalNotificationTemplate => notice.requires === 'being the recipient';

function askedFor(concerns: readonly Concern[]) {
  const notices = concerns.flatMap(({ notice }) => (isPersonal(notice) ? [] : notice));
  const toAll = notices.filter(({ recipients }) => recipients === 'everybody');
  const toSome = notices.filter(({ recipients }) => recipients !== 'everybody');
  return {
    whole: [...new Set(toAll.map(({ requires }) => requires.workspaceId))],
    workspaceIds: [...new Set(toSome.map(({ requires }) => requires.workspaceId))],
    userIds: [...new Set(toSome.flatMap(({ recipients }) => recipients))],
  };
}

function draftsOf({ kind, event, notice }: Concern, permissions: Permissions): NotificationDraft[] {
  const requires = isPersonal(notice) ? undefined : notice.requires;
  const { subject, title, body, path } = notice;
  const texts = { kind, eventId: event.id, actor: event.actor, subject, title, body, path };
  const where = { workspaceId: requires?.workspaceId ?? null, permission: requires?.permission ?? null };
  return recipientsOf(notice, permissions)
    .filter((userId) => userId !== event.actor)
    .map((userId) => ({ id: newId(), userId, ...texts, ...where }));
}

/** Those whom the notice names, and who may see it. */
function recipientsOf(notice: NotificationTemplate | PersonalNotificationTemplate, permissions: Permissions): string[] {
  if (isPersonal(notice)) return [...new Set(notice.recipients)];
  const { requires, recipients } = notice;
  const members = permissions.get(requires.workspaceId) ?? new Map<string, ReadonlySet<string>>();
  const named = recipients === 'everybody' ? members.keys() : new Set(recipients);
  return [...named].filter((userId) => members.get(userId)?.has(requires.permission) === true);
}
