import type { EventDefinition } from '../../platform/events/define-event.js';
import type { EventFields } from '../../platform/events/logged-event.js';

/** A notification about an event. Its texts are workspace data, so only users who satisfy `requires` receive it. */
export interface NotificationTemplate {
  /** User ids, or every user with the required permission. The actor and users without the permission are excluded. */
  readonly recipients: readonly string[] | 'everybody';
  /** The permission to see the notification, checked when it is created, whenever it is read, and when it is pushed. */
  readonly requires: { readonly workspaceId: string; readonly permission: string };
  /** The subject, e.g. `task:<id>`: a new push notification replaces an older one with the same subject. */
  readonly subject: string;
  /** One line of plain text. */
  readonly title: string;
  readonly body: string;
  /** The link target, relative to the root of the app: `/tasks/<id>`. */
  readonly path: string;
}

/**
 * A notification about the recipients themselves, e.g. their status. It belongs to no workspace and requires no
 * permission.
 */
export type PersonalNotificationTemplate = Omit<NotificationTemplate, 'recipients' | 'requires'> & {
  readonly recipients: readonly string[];
  readonly requires: 'being the recipient';
};

/** Maps a kind of event to notifications. Users can disable each kind. */
export interface NotificationRule<Payload = unknown> {
  /** `noun.past-tense`; stable, because preferences are stored by kind. */
  readonly kind: string;
  /** One sentence, shown in the notification preferences. */
  readonly description: string;
  readonly event: EventDefinition<Payload>;
  /** Pure: depends on the event only. Returns an empty list when the event concerns no user. */
  notificationsOf(
    payload: Payload,
    event: Omit<EventFields, 'payload'>,
  ): ReadonlyArray<NotificationTemplate | PersonalNotificationTemplate>;
}

const declared = new Map<string, NotificationRule>();

export const declaredNotificationRules = (): NotificationRule[] =>
  [...declared.values()].toSorted((a, b) => (a.kind < b.kind ? -1 : 1));

/**
 * Declares a notification rule in the room that owns the event. Delivery is up to the notifications feature; without
 * that feature, the rule has no effect.
 * @throws Error when the kind is declared twice
 */
export function defineNotification<Payload>(rule: NotificationRule<Payload>): NotificationRule<Payload> {
  if (declared.has(rule.kind)) throw new Error(`The notification kind ${rule.kind} is declared twice.`);
  declared.set(rule.kind, {
    ...rule,
    notificationsOf: (payload, event) => rule.notificationsOf(rule.event.payload.parse(payload), event),
  });
  return rule;
}
