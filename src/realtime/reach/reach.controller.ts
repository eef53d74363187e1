import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AUDIT_READ } from '../../access/public/access.declarations.js';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { eventNotFound } from './reach.errors.js';
import { FindReach } from './find-reach.js';
import { reachQuery, reachResponse, type ReachQuery, type ReachResponse } from './reach.schemas.js';

@ApiTags('Events')
@Controller('v1/workspaces/:ws/events/:id/reach')
export class ReachController {
  constructor(private readonly findReach: FindReach) {}

  @Describe(
    'Find out who was sent an event',
    'The sessions that the event was written to, and between which times; with `userId`, why it was not. An event shows ' +
      'up completely after about two seconds.',
  )
  @Get()
  @RequirePermission(AUDIT_READ)
  @Answers(200, 'A page of sessions.', reachResponse)
  @Fails(eventNotFound)
  find(
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Query({ schema: reachQuery }) query: ReachQuery,
  ): Promise<ReachResponse> {
    return this.findReach.run(workspaceId, id, query);
  }
}
