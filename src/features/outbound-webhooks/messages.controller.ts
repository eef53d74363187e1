import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access } from '../../access/public/access.js';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { endpointNotFound, messageNotFound } from './endpoint.errors.js';
import {
  messageDetailResponse,
  messageReplayedResponse,
  messageResponse,
  messagesQuery,
  showMessage,
  showMessageDetail,
  type MessageDetailResponse,
  type MessageResponse,
  type MessagesQuery,
} from './endpoint.schemas.js';
import { EndpointStore } from './endpoint.store.js';
import { wholeBodyOf } from './message-body.js';
import { MessageStore } from './message.store.js';
import { ReplayMessages } from './replay-messages.js';

@ApiTags('Endpoints')
@Controller('v1/workspaces/:ws/endpoints/:endpointId/messages')
export class MessagesController {
  constructor(
    private readonly access: Access,
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    private readonly replays: ReplayMessages,
  ) {}

  @Describe('List messages to an endpoint', 'Newest first, each with its status.')
  @Get()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'A page of messages to this endpoint, newest first.', pageSchema(messageResponse))
  @Fails(endpointNotFound)
  async list(
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Query({ schema: messagesQuery }) query: MessagesQuery,
  ): Promise<Page<MessageResponse>> {
    await this.endpoints.require(workspaceId, endpointId);
    const rows = await this.messages.list(endpointId, query);
    return pageOf(rows, query.limit, ({ id }) => id, showMessage);
  }

  @Describe('Read one message to an endpoint', 'With its body and every attempt.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The message with its body and every attempt.', messageDetailResponse)
  @Fails(endpointNotFound, messageNotFound)
  async get(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<MessageDetailResponse> {
    await this.endpoints.require(workspaceId, endpointId);
    const message = await this.messages.find(endpointId, id);
    if (message === null) throw messageNotFound();
    const attempts = await this.messages.attemptsOf(id);
    const { restrictedPermission } = message;
    const seesRestricted =
      restrictedPermission !== null && (await this.access.allows(caller, workspaceId, restrictedPermission));
    return showMessageDetail(message, seesRestricted ? wholeBodyOf(message) : message.body, attempts);
  }

  @Describe(
    'Send a message again',
    'Keeps its id, so that a receiver can recognise a duplicate. It is sent only if the maker of the endpoint may still read it.',
  )
  @Post(':id/replay')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The message will be sent again.', messageReplayedResponse)
  @Fails(endpointNotFound, messageNotFound)
  async replay(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<{ replayed: number }> {
    await this.endpoints.require(workspaceId, endpointId);
    const replayed = await this.replays.run({ actor, workspaceId, endpointId }, id);
    if (replayed === 0) throw messageNotFound();
    return { replayed };
  }

  @Describe('Send failed messages again', 'All failed messages of this endpoint, at most 10,000. Each keeps its id.')
  @Post('replay')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'All failed messages of this endpoint, at most 10,000, will be sent again.', messageReplayedResponse)
  @Fails(endpointNotFound)
  async replayFailed(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
  ): Promise<{ replayed: number }> {
    await this.endpoints.require(workspaceId, endpointId);
    return { replayed: await this.replays.run({ actor, workspaceId, endpointId }, null) };
  }
}
