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
    'Newest first, with the number of unread ones. Those that you may not see any more are left out.',
  )
  @Get()
  @Answers(200, 'A page of your notifications, newest first, of what you may see now.', notificationsResponse)
  async list(
    @CurrentUser() caller: Principal,
    @Query({ schema: notificationsQuery }) query: NotificationsQuery,
  ): Promise<NotificationsResponse> {
    const { rows, unread, position } = await this.inbox.list(caller, query);
    return { ...pageOf(rows, query.limit, ({ id }) => id, showNotification), unread, position };
  }

  @Describe('Read one notification', 'One of yours, while you may see what it is about.')
  @Get(':id')
  @Answers(200, 'The notification.', notificationResponse)
  @Fails(notificationNotFound)
  async get(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<NotificationResponse> {
    return showNotification(await this.inbox.get(caller, id));
  }

  @Describe('Mark one notification as read', 'A push that has not left yet is called off.')
  @Post(':id/read')
  @Answers(200, 'The notification, read. What was still to be pushed of it is not.', notificationResponse)
  @Fails(notificationNotFound)
  async read(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<NotificationResponse> {
    return showNotification(await this.inbox.mark(caller, id, 'read'));
  }

  @Describe('Archive a notification', 'It leaves the list, and counts as read.')
  @Post(':id/archive')
  @Answers(200, 'The notification, read and out of the inbox.', notificationResponse)
  @Fails(notificationNotFound)
  async archive(@CurrentUser() caller: Principal, @Param('id', IdPipe) id: string): Promise<NotificationResponse> {
    return showNotification(await this.inbox.mark(caller, id, 'archived'));
  }

  @Describe('Mark notifications as read', 'All that you have, or those up to one of them.')
  @Post('read')
  @Answers(200, 'All of them are read, and none of them is pushed any more.', readAllResponse)
  async readMany(
    @CurrentUser() caller: Principal,
    @Body({ schema: readAllRequest }) wanted: ReadAllRequest,
  ): Promise<{ read: number }> {
    return { read: await this.inbox.readAll(caller, wanted) };
  }
}
