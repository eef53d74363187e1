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

  @Describe('List your push subscriptions', 'Returns the browsers and phones that receive your notifications.')
  @Get()
  @Answers(200, 'Your browsers and phones.', z.object({ items: z.array(pushSubscriptionResponse) }))
  async list(@CurrentUser() { userId }: Principal): Promise<{ items: PushSubscriptionResponse[] }> {
    return { items: (await this.subscriptions.list(userId)).map(show) };
  }

  @Describe('Get the key for Web Push', 'Returns the public key with which a browser subscribes.')
  @Get('vapid-key')
  @Answers(200, 'The public key.', vapidKeyResponse)
  @Fails(pushNotConfigured)
  readVapidKey(): { publicKey: string } {
    const { vapid } = this.config;
    if (vapid === undefined) throw pushNotConfigured();
    return { publicKey: vapid.publicKey };
  }

  @Describe(
    'Create a push subscription',
    'Pushes your notifications to this browser (Web Push) or phone (Expo) while you are offline, until you log out.',
  )
  @Post()
  @Answers(201, 'The subscription, which lasts until you log out.', pushSubscriptionResponse)
  @Fails(addressRefused, addressUnresolved)
  async create(
    @CurrentUser() caller: Principal,
    @Body({ schema: subscribeRequest }) request: SubscribeRequest,
  ): Promise<PushSubscriptionResponse> {
    return show(await this.subscriptions.subscribe(caller, request));
  }

  @Describe('Delete a push subscription', 'Stops pushes to that browser or phone.')
  @Delete(':id')
  @Answers(204, 'The subscription is deleted.')
  @Fails(subscriptionNotFound)
  async delete(@CurrentUser() { userId }: Principal, @Param('id', IdPipe) id: string): Promise<void> {
    await this.subscriptions.unsubscribe(userId, id);
  }
}

/** Omits the endpoint: anyone who knows it could push to it. */
const show = ({ id, service, host, createdAt }: PushSubscriptionRow): PushSubscriptionResponse => {
  return { id, service, host, createdAt: createdAt.toISOString() };
};
