import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { permissionDenied, workspaceNotFound } from '../../access/public/access.errors.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe, Fails, Takes } from '../../platform/http/api/answers.js';
import { DeleteTopic } from './delete-topic.js';
import { ListTopics } from './list-topics.js';
import { topicNotFound } from './topic.errors.js';
import {
  topicQuery,
  topicsQuery,
  topicsResponse,
  type TopicQuery,
  type TopicsQuery,
  type TopicsResponse,
} from './topic.schemas.js';
import { TOPICS_PUBLISH, TOPICS_READ } from './topics.declarations.js';

@ApiTags('Topics')
@Controller('v1/workspaces/:ws/topics')
@Fails(workspaceNotFound, permissionDenied)
export class TopicsController {
  constructor(
    private readonly topics: ListTopics,
    private readonly deleteTopic: DeleteTopic,
  ) {}

  @Describe('List topics of a workspace', 'Those that you may read and that have had an event, by path.')
  @Get()
  @Takes(TOPICS_READ)
  @Answers(200, 'A page of topics, in the order of their paths.', topicsResponse)
  list(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: topicsQuery }) query: TopicsQuery,
  ): Promise<TopicsResponse> {
    return this.topics.run(caller, workspaceId, query);
  }

  @Describe(
    'Delete a topic',
    'With its events. Its subscribers get `subscribed` with `recovered: false`, and the next event makes it again, with ' +
      'another epoch.',
  )
  @Delete()
  @Takes(TOPICS_PUBLISH)
  @Answers(204, 'The topic has been deleted.')
  @Fails(topicNotFound)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Query({ schema: topicQuery }) { channel }: TopicQuery,
  ): Promise<void> {
    await this.deleteTopic.run(actor, workspaceId, channel);
  }
}
