import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { WEBHOOKS_MANAGE, WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { deliveryNotFound } from './delivery.errors.js';
import {
  attemptsResponse,
  deliveriesPage,
  deliveriesQuery,
  deliveryDetailResponse,
  replayedResponse,
  replayRequest,
  requestsQuery,
  requestsResponse,
  showAttempts,
  type AttemptsResponse,
  type DeliveriesPage,
  type DeliveriesQuery,
  type DeliveryDetailResponse,
  type ReplayRequest,
  type RequestsQuery,
  type RequestsResponse,
} from './delivery.schemas.js';
import { DeliveryStats } from './delivery-stats.js';
import { statsQuery, statsResponse, type StatsQuery, type StatsResponse } from './delivery-stats.schemas.js';
import { DeliveryStore } from './delivery.store.js';
import { ReadDeliveries } from './read-deliveries.js';
import { ReadRequests } from './read-requests.js';
import { ReplayDeliveries } from './replay-deliveries.js';

@ApiTags('Deliveries')
@Controller('v1/workspaces/:ws/deliveries')
export class DeliveriesController {
  constructor(
    private readonly reading: ReadDeliveries,
    private readonly requests: ReadRequests,
    private readonly deliveries: DeliveryStore,
    private readonly counts: DeliveryStats,
    private readonly replays: ReplayDeliveries,
  ) {}

  @Describe(
    'List the webhooks that a workspace received',
    'Newest first, each with its status. `body.<path>=value` finds values of JSON bodies of up to 256 KiB, for example ' +
      '`body.repository.name=docs`, and requires `webhooks:bodies`. A call reads at most 10,000 deliveries, and 64 MiB of bodies: it then says ' +
      '`stopped`, and `nextCursor` goes on. `since` and `until` make a search shorter.',
  )
  @Get()
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'A page of deliveries, newest first.', deliveriesPage)
  async list(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: deliveriesQuery }) query: DeliveriesQuery,
  ): Promise<DeliveriesPage> {
    return this.reading.list(caller, workspaceId, query);
  }

  @Describe(
    'Count deliveries by status over time',
    'For charts. Counts at most 200,000 deliveries, the newest ones, in at most 1,500 buckets.',
  )
  @Get('stats')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The counts of each bucket, oldest first.', statsResponse)
  stats(@Param('ws') workspaceId: string, @Query({ schema: statsQuery }) query: StatsQuery): Promise<StatsResponse> {
    return this.counts.count(workspaceId, query);
  }

  @Describe(
    'Read deliveries as they were sent',
    'The method, the headers and the bytes of each, for a client that repeats them: the signature of the sender stays valid. Requires `webhooks:bodies` too.',
  )
  @Get('requests')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The requests, in the order of `ids`.', requestsResponse)
  async listRequests(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: requestsQuery }) { ids }: RequestsQuery,
  ): Promise<RequestsResponse> {
    return this.requests.run(caller, workspaceId, ids);
  }

  @Describe(
    'Read one delivery',
    'With its headers, the number of attempts and, for callers with `webhooks:bodies`, its body.',
  )
  @Get(':id')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The delivery with its headers and its body.', deliveryDetailResponse)
  @Fails(deliveryNotFound)
  async get(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<DeliveryDetailResponse> {
    return this.reading.one(caller, workspaceId, id);
  }

  @Describe(
    'List the attempts to process a delivery',
    'The newest 20, with the time, the outcome and the error of each.',
  )
  @Get(':id/attempts')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The attempts, newest first.', attemptsResponse)
  @Fails(deliveryNotFound)
  async attempts(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<AttemptsResponse> {
    const attempts = await this.deliveries.attempts(workspaceId, id);
    if (attempts === undefined) throw deliveryNotFound();
    return showAttempts(attempts);
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
