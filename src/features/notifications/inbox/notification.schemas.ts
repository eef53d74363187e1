import { z } from 'zod';
import { positionSchema } from '../../../platform/events/logged-event.js';
import { pageQuery, pageSchema } from '../../../platform/http/api/page.js';

export const notificationsQuery = pageQuery.extend({
  state: z.enum(['unread', 'inbox', 'archived']).default('inbox').describe('`inbox`: all that are not archived'),
  kind: z.string().min(1).max(100).optional(),
  workspaceId: z.uuid().optional(),
});

export const notificationResponse = z
  .object({
    id: z.uuid(),
    kind: z.string().describe('what happened, e.g. `webhook.failed`'),
    workspaceId: z.uuid().nullable().describe('null when it is about the user alone'),
    subject: z.string().describe('what it is about, e.g. `task:<id>`'),
    title: z.string().describe('one line for a person'),
    body: z.string(),
    path: z.string().describe('where to go, from the root of the app'),
    actor: z.uuid().nullable().describe('who caused it'),
    createdAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
    archivedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Notification' });

export const notificationsResponse = pageSchema(notificationResponse).extend({
  unread: z.int().describe('how many are unread, of all kinds; 1000 stands for more'),
  position: positionSchema.describe('subscribe from here: what is new after this page, without a seam'),
});

export const readAllRequest = z
  .strictObject({
    kind: z.string().min(1).max(100).optional().describe('only these; all kinds when absent'),
    upTo: z.uuid().optional().describe('the newest that was seen: later ones stay unread'),
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
