import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../../identity/public/current-user.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { IdPipe } from '../../../platform/http/api/id-pipe.js';
import { pageOf } from '../../../platform/http/api/page.js';
import { notificationNotFound } from '../notification.errors.js';
import { Inbox } from './inbox.js';
import {
  notificationResponse,
  notificationsQuery,
  notificationsResponse,
  readAllRequest,
  readAllResponse,
  showNotification,
  type NotificationResponse,
  type NotificationsQuery,
  type NotificationsResponse,
  type ReadAllRequest,
} from './notification.schemas.js';

@ApiTags('Notifications')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly inbox: Inbox) {}

  @Describe(
    'List your notifications',
    'Newest first, with the number of unread ones. Notifications that you may no longer see are left out.',
  )
  @Get()
  @Answers(200, 'A page of your notifications, newest first.', notificationsResponse)
  async list(
    @CurrentUser() caller: Principal,
    @Query({ schema: notificationsQuery }) query: NotificationsQuery,
  ): Promise<NotificationsResponse> {
    const { rows, unread, position } = await this.inbox.list(caller, query);
    return { ...pageOf(rows, query.limit, ({ id }) => id, showNotification), unread, position };
  }

  @Describe('Get a notification', 'Returns one of your notifications, as long as you may see its subject.')
  @Get(':id')
  @Answers(200, 'The notification.', notificationResponse)
  @Fails(notificationNotFound)
  async get(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<NotificationResponse> {
    return showNotification(await this.inbox.get(caller, id));
  }

  @Describe('Mark one notification as read', 'Also cancels its pending pushes.')
  @Post(':id/read')
  @Answers(200, 'The notification, marked as read.', notificationResponse)
  @Fails(notificationNotFound)
  async read(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<NotificationResponse> {
    return showNotification(await this.inbox.mark(caller, id, 'read'));
  }

  @Describe('Archive a notification', 'Removes the notification from the inbox and marks it as read.')
  @Post(':id/archive')
  @Answers(200, 'The archived notification.', notificationResponse)
  @Fails(notificationNotFound)
  async archive(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<NotificationResponse> {
    return showNotification(await this.inbox.mark(caller, id, 'archived'));
  }

  @Describe('Mark notifications as read', 'Marks all of your notifications, or those up to a given one.')
  @Post('read')
  @Answers(200, 'The notifications are read, and their pending pushes are cancelled.', readAllResponse)
  async readMany(
    @CurrentUser() caller: Principal,
    @Body({ schema: readAllRequest }) request: ReadAllRequest,
  ): Promise<{ read: number }> {
    return { read: await this.inbox.readAll(caller, request) };
  }
}
