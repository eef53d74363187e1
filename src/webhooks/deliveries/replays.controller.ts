import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { WEBHOOKS_MANAGE, WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { replayNotFound, tooManyReplays } from './delivery.errors.js';
import {
  createReplayRequest,
  replayCreatedResponse,
  replayResponse,
  showReplay,
  type CreateReplayRequest,
  type ReplayResponse,
} from './delivery-replay.schemas.js';
import { DeliveryReplayStore } from './delivery-replay.store.js';
import { ManageReplays } from './manage-replays.js';

@ApiTags('Deliveries')
@Controller('v1/workspaces/:ws/deliveries/replays')
export class ReplaysController {
  constructor(
    private readonly replays: DeliveryReplayStore,
    private readonly manage: ManageReplays,
  ) {}

  @Describe(
    'Process many deliveries again',
    'Runs in the background, oldest first, on what was received before the call. Without `asNew` each delivery still ' +
      'yields at most one event.',
  )
  @Post()
  @HttpCode(202)
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The replay has started.', replayCreatedResponse)
  @Fails(tooManyReplays)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createReplayRequest }) request: CreateReplayRequest,
  ): Promise<{ id: string }> {
    return { id: await this.manage.start(actor, workspaceId, request) };
  }

  @Describe('Read the progress of a replay', 'How many deliveries it has handed to processing.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The replay with its progress.', replayResponse)
  @Fails(replayNotFound)
  async get(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<ReplayResponse> {
    const replay = await this.replays.find(workspaceId, id);
    if (replay === null) throw replayNotFound();
    return showReplay(replay);
  }

  @Describe('Cancel a replay', 'What it has handed to processing is processed. A replay that has ended stays as it is.')
  @Delete(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(204, 'The replay hands no further delivery to processing.')
  @Fails(replayNotFound)
  async cancel(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.manage.cancel(actor, workspaceId, id);
  }
}
