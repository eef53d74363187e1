import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentUser } from '../../../identity/public/current-user.js';
import { PersonOnly } from '../../../identity/public/person-only.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Config } from '../../../platform/config/config.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { IdPipe } from '../../../platform/http/api/id-pipe.js';
import { addressRefused, addressUnresolved } from '../../../platform/http/outbound/outbound.errors.js';
import { pushNotConfigured, subscriptionNotFound } from './push.errors.js';
import {
  pushSubscriptionResponse,
  subscribeRequest,
  vapidKeyResponse,
  type PushSubscriptionResponse,
  type SubscribeRequest,
} from './push-subscription.schemas.js';
import { PushSubscriptions, type PushSubscriptionRow } from './push-subscriptions.js';

@ApiTags('Notifications')
@Controller('v1/push-subscriptions')
@PersonOnly()
export class PushSubscriptionsController {
  constructor(
    private readonly subscriptions: PushSubscriptions,
    private readonly config: Config,
  ) {}

  @Describe('List your push subscriptions', 'The browsers and phones to which your notifications are pushed.')
  @Get()
  @Answers(200, 'Your browsers and phones.', z.object({ items: z.array(pushSubscriptionResponse) }))
  async list(@CurrentUser() { userId }: Principal): Promise<{ items: PushSubscriptionResponse[] }> {
    return { items: (await this.subscriptions.list(userId)).map(show) };
  }

  @Describe('Read the key for Web Push', 'The public key with which a browser subscribes.')
  @Get('vapid-key')
  @Answers(200, 'The key that a browser subscribes with.', vapidKeyResponse)
  @Fails(pushNotConfigured)
  readVapidKey(): { publicKey: string } {
    const { vapid } = this.config;
    if (vapid === undefined) throw pushNotConfigured();
    return { publicKey: vapid.publicKey };
  }

  @Describe(
    'Have notifications pushed',
    'To this browser (Web Push) or phone (Expo), while you have no client open, until you log out.',
  )
  @Post()
  @Answers(201, 'Notifications are pushed there when you are away, until you log out.', pushSubscriptionResponse)
  @Fails(addressRefused, addressUnresolved)
  async create(
    @CurrentUser() caller: Principal,
    @Body({ schema: subscribeRequest }) wanted: SubscribeRequest,
  ): Promise<PushSubscriptionResponse> {
    return show(await this.subscriptions.subscribe(caller, wanted));
  }

  @Describe('End a push subscription', 'Nothing is pushed to that browser or phone any more.')
  @Delete(':id')
  @Answers(204, 'Nothing is pushed there any more.')
  @Fails(subscriptionNotFound)
  async delete(@CurrentUser() { userId }: Principal, @Param('id', IdPipe) id: string): Promise<void> {
    await this.subscriptions.unsubscribe(userId, id);
  }
}

/** Never the whole endpoint: whoever knows it can have something pushed there. */
const show = ({ id, service, host, createdAt }: PushSubscriptionRow): PushSubscriptionResponse => {
  return { id, service, host, createdAt: createdAt.toISOString() };
};
