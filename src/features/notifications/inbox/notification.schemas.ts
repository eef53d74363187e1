import { z } from 'zod';
import { positionSchema } from '../../../platform/events/logged-event.js';
import { pageQuery, pageSchema } from '../../../platform/http/api/page.js';

export const notificationsQuery = pageQuery.extend({
  state: z.enum(['unread', 'inbox', 'archived']).default('inbox').describe('`inbox`: all except archived ones'),
  kind: z.string().min(1).max(100).optional(),
  workspaceId: z.uuid().optional(),
});

export const notificationResponse = z
  .object({
    id: z.uuid(),
    kind: z.string().describe('the kind of event, e.g. `webhook.failed`'),
    workspaceId: z.uuid().nullable().describe('null if it concerns only the user'),
    subject: z.string().describe('the subject, e.g. `task:<id>`'),
    title: z.string().describe('one line of text for a person'),
    body: z.string(),
    path: z.string().describe('the page to open, relative to the root of the app'),
    actor: z.uuid().nullable().describe('the user who caused it'),
    createdAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
    archivedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Notification' });

export const notificationsResponse = pageSchema(notificationResponse).extend({
  unread: z.int().describe('the number of unread notifications of all kinds, capped at 1000'),
  position: positionSchema.describe('subscribe from this position to receive every later notification'),
});

export const readAllRequest = z
  .strictObject({
    kind: z.string().min(1).max(100).optional().describe('only this kind; all kinds when absent'),
    upTo: z.uuid().optional().describe('the newest notification that was seen; later ones stay unread'),
  })
  .meta({ id: 'ReadAllNotifications' });

export const readAllResponse = z.object({ read: z.int() }).meta({ id: 'ReadNotifications' });

export type NotificationsQuery = z.infer<typeof notificationsQuery>;
export type NotificationResponse = z.infer<typeof notificationResponse>;
export type NotificationsResponse = z.infer<typeof notificationsResponse>;
export type ReadAllRequest = z.infer<typeof readAllRequest>;

export interface NotificationRow extends Omit<NotificationResponse, 'createdAt' | 'readAt' | 'archivedAt'> {
  readonly createdAt: Date;
  readonly readAt: Date | null;
  readonly archivedAt: Date | null;
}

export const showNotification = ({ createdAt, readAt, archivedAt, ...row }: NotificationRow): NotificationResponse => ({
  ...row,
  createdAt: createdAt.toISOString(),
  readAt: readAt?.toISOString() ?? null,
  archivedAt: archivedAt?.toISOString() ?? null,
});
