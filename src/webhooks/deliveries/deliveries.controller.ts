import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE, WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { deliveryNotFound } from './delivery.errors.js';
import {
  deliveriesQuery,
  deliveryDetailResponse,
  deliveryResponse,
  replayedResponse,
  replayRequest,
  showDelivery,
  showDeliveryDetail,
  type DeliveriesQuery,
  type DeliveryDetailResponse,
  type DeliveryResponse,
  type ReplayRequest,
} from './delivery.schemas.js';
import { DeliveryStore } from './delivery.store.js';
import { ReplayDeliveries } from './replay-deliveries.js';

@ApiTags('Deliveries')
@Controller('v1/workspaces/:ws/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly replays: ReplayDeliveries,
  ) {}

  @Describe('List the webhooks that a workspace received', 'Received webhooks, newest first, each with its status.')
  @Get()
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'A page of deliveries, newest first.', pageSchema(deliveryResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: deliveriesQuery }) query: DeliveriesQuery,
  ): Promise<Page<DeliveryResponse>> {
    const rows = await this.deliveries.list(workspaceId, query);
    return pageOf(rows, query.limit, ({ id }) => id, showDelivery);
  }

  @Describe('Read one delivery', 'With its headers, its body and the number of attempts.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The delivery with its headers and its body.', deliveryDetailResponse)
  @Fails(deliveryNotFound)
  async get(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<DeliveryDetailResponse> {
    const delivery = await this.deliveries.find(workspaceId, id);
    if (delivery === null) throw deliveryNotFound();
    return showDeliveryDetail(delivery);
  }

  @Describe('Process one delivery again', 'It still yields at most one event.')
  @Post(':id/replay')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The delivery will be processed again.', replayedResponse)
  @Fails(deliveryNotFound)
  async replay(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<{ replayed: number }> {
    const replayed = await this.replays.run(actor, workspaceId, { id });
    if (replayed === 0) throw deliveryNotFound();
    return { replayed };
  }

  @Describe('Process failed deliveries again', 'Each still yields at most one event.')
  @Post('replay')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The deliveries will be processed again.', replayedResponse)
  async replayMany(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: replayRequest }) request: ReplayRequest,
  ): Promise<{ replayed: number }> {
    return { replayed: await this.replays.run(actor, workspaceId, request) };
  }
}
