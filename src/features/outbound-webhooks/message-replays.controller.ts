import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { endpointNotFound, messageReplayNotFound, messageReplayRunning } from './endpoint.errors.js';
import { EndpointStore } from './endpoint.store.js';
import { ManageMessageReplays } from './manage-message-replays.js';
import {
  createMessageReplayRequest,
  messageReplayCreatedResponse,
  messageReplayResponse,
  showMessageReplay,
  type CreateMessageReplayRequest,
  type MessageReplayResponse,
} from './message-replay.schemas.js';
import { MessageReplayStore } from './message-replay.store.js';

@ApiTags('Endpoints')
@Controller('v1/workspaces/:ws/endpoints/:endpointId/messages/replays')
export class MessageReplaysController {
  constructor(
    private readonly endpoints: EndpointStore,
    private readonly replays: MessageReplayStore,
    private readonly manage: ManageMessageReplays,
  ) {}

  @Describe(
    'Send many messages again',
    'Runs in the background, oldest first, on the messages of this endpoint that exist at the call. Each keeps its id.',
  )
  @Post()
  @HttpCode(202)
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The replay has started.', messageReplayCreatedResponse)
  @Fails(endpointNotFound, messageReplayRunning)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Body({ schema: createMessageReplayRequest }) { filter }: CreateMessageReplayRequest,
  ): Promise<{ id: string }> {
    return { id: await this.manage.start(actor, workspaceId, endpointId, filter) };
  }

  @Describe('Read the progress of a replay of messages', 'How many messages are due again.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The replay with its progress.', messageReplayResponse)
  @Fails(endpointNotFound, messageReplayNotFound)
  async get(
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<MessageReplayResponse> {
    await this.endpoints.require(workspaceId, endpointId);
    const replay = await this.replays.find(endpointId, id);
    if (replay === null) throw messageReplayNotFound();
    return showMessageReplay(replay);
  }

  @Describe(
    'Cancel a replay of messages',
    'Messages that are due again are sent. A replay that has ended stays as it is.',
  )
  @Delete(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(204, 'The replay makes no further message due.')
  @Fails(endpointNotFound, messageReplayNotFound)
  async cancel(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.manage.cancel(actor, workspaceId, endpointId, id);
  }
}
