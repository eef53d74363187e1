import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Database } from '../../platform/database/database.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { endpointNotFound, messageNotFound } from './endpoint.errors.js';
import { Endpoint } from './endpoint.entity.js';
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
import { Message, MessageAttempt } from './message.entity.js';
import { ReplayMessages } from './replay-messages.js';

@ApiTags('Endpoints')
@Controller('v1/workspaces/:ws/endpoints/:endpointId/messages')
export class MessagesController {
  constructor(
    private readonly database: Database,
    private readonly replays: ReplayMessages,
  ) {}

  /** Newest first. */
  @Describe('List messages to an endpoint', 'Newest first, with what became of each.')
  @Get()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'A page of what was sent to this endpoint, newest first.', pageSchema(messageResponse))
  @Fails(endpointNotFound)
  async list(
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Query({ schema: messagesQuery }) { limit, cursor, status }: MessagesQuery,
  ): Promise<Page<MessageResponse>> {
    await this.requireEndpoint(workspaceId, endpointId);
    const query = this.database.manager
      .createQueryBuilder(Message, 'message')
      .where('message.endpointId = :endpointId', { endpointId })
      .orderBy('message.id', 'DESC')
      .limit(limit + 1);
    if (cursor !== undefined) query.andWhere('message.id < :cursor', { cursor });
    if (status !== undefined) query.andWhere('message.status = :status', { status });
    return pageOf(await query.getMany(), limit, ({ id }) => id, showMessage);
  }

  @Describe('Read one message to an endpoint', 'With its body and every attempt.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The message with its body and every attempt.', messageDetailResponse)
  @Fails(endpointNotFound, messageNotFound)
  async get(
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<MessageDetailResponse> {
    await this.requireEndpoint(workspaceId, endpointId);
    const message = await this.database.manager
      .createQueryBuilder(Message, 'message')
      .addSelect('message.body')
      .where({ id, endpointId })
      .getOne();
    if (message === null) throw messageNotFound();
    const log = await this.database.manager.find(MessageAttempt, {
      where: { messageId: id },
      order: { number: 'ASC' },
    });
    return showMessageDetail(message, log);
  }

  /** It goes out again under its old id: a receiver that has it drops it. */
  @Describe(
    'Send a message again',
    'Under its old id: a receiver that has it drops it. It is sent if the maker of the endpoint may still read it.',
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
    await this.requireEndpoint(workspaceId, endpointId);
    const replayed = await this.replays.one({ actor: actor, workspaceId, endpointId }, id);
    if (replayed === 0) throw messageNotFound();
    return { replayed };
  }

  @Describe('Send failed messages again', 'All of this endpoint, 10,000 at the most, each under its old id.')
  @Post('replay')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'All failed messages of this endpoint will be sent again, 10,000 at the most.', messageReplayedResponse)
  @Fails(endpointNotFound)
  async replayFailed(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('endpointId', IdPipe) endpointId: string,
  ): Promise<{ replayed: number }> {
    await this.requireEndpoint(workspaceId, endpointId);
    return { replayed: await this.replays.failed({ actor: actor, workspaceId, endpointId }) };
  }

  private async requireEndpoint(workspaceId: string, id: string): Promise<void> {
    if (!(await this.database.manager.existsBy(Endpoint, { id, workspaceId }))) throw endpointNotFound();
  }
}
