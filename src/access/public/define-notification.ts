import type { EventDefinition } from '../../platform/events/define-event.js';
import type { EventFields } from '../../platform/events/logged-event.js';

/** What an event means for some people. Its texts are data of the workspace: nobody gets them without `requires`. */
export interface NotificationTemplate {
  /** User ids, or everybody who has what `requires` says. Whoever caused the event is left out, and who may not see it. */
  readonly recipients: readonly string[] | 'everybody';
  /** The right that it takes to see this: when it is made, whenever it is read, and when it is pushed. */
  readonly requires: { readonly workspaceId: string; readonly permission: string };
  /** What it is about, e.g. `task:<id>`: on a screen that is locked, the newest of a subject stands for all of them. */
  readonly subject: string;
  /** One line for a person. */
  readonly title: string;
  readonly body: string;
  /** Where to go, from the root of the app: `/tasks/<id>`. */
  readonly path: string;
}

/** A notice about the recipients themselves and no workspace, e.g. their status: nobody else gets it, and no right is asked for. */
export type PersonalNotificationTemplate = Omit<NotificationTemplate, 'recipients' | 'requires'> & {
  readonly recipients: readonly string[];
  readonly requires: 'being the recipient';
};

/** A rule: whom a kind of event concerns. People switch kinds on and off. */
export interface NotificationRule<Payload = unknown> {
  /** `noun.past-tense`, stable: preferences are kept under it. */
  readonly kind: string;
  /** For people who choose what to hear of: one sentence. */
  readonly description: string;
  readonly event: EventDefinition<Payload>;
  /** Pure: it sees the event alone, and says nothing (an empty list) where nobody is concerned. */
  notificationsOf(
    payload: Payload,
    event: Omit<EventFields, 'payload'>,
  ): ReadonlyArray<NotificationTemplate | PersonalNotificationTemplate>;
}

const declared = new Map<string, NotificationRule>();

export const declaredNotificationRules = (): NotificationRule[] =>
  [...declared.values()].toSorted((a, b) => (a.kind < b.kind ? -1 : 1));

/**
 * Declares whom an event concerns, in the room that owns the event. Who tells them, and how, is no business of that room;
 * where nobody does, nothing happens.
 * @throws Error when the kind is declared twice
 */
export function defineNotification<Payload>(rule: NotificationRule<Payload>): NotificationRule<Payload> {
  if (declared.has(rule.kind)) throw new Error(`The notice ${rule.kind} is declared twice.`);
  declared.set(rule.kind, {
    ...rule,
    notificationsOf: (payload, event) => rule.notificationsOf(rule.event.payload.parse(payload), event),
  });
  return rule;
}
