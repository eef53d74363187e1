import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../../identity/public/caller.js';
import { Answers, Describe } from '../../../platform/http/api/answers.js';
import { ManageRetention } from './manage-retention.js';
import { TOPICS_MANAGE } from './retention.declarations.js';
import { retentionSchema, type TopicRetentionRules } from './retention.schemas.js';

@ApiTags('Topics')
@Controller('v1/workspaces/:ws/topics/retention')
export class RetentionController {
  constructor(private readonly retention: ManageRetention) {}

  @Describe(
    'Read how long topics keep their events',
    'Without a rule a topic keeps events as long as the installation does.',
  )
  @Get()
  @RequirePermission(TOPICS_MANAGE)
  @Answers(200, 'The rules, in the order of their topics.', retentionSchema)
  read(@Param('ws') workspaceId: string): Promise<TopicRetentionRules> {
    return this.retention.read(workspaceId);
  }

  @Describe(
    'Set how long topics keep their events',
    'Replaces all rules. The longest one that fits a topic counts. A rule keeps less than the installation does, never more; ' +
      'it takes effect within two minutes.',
  )
  @Put()
  @RequirePermission(TOPICS_MANAGE)
  @Answers(200, 'The rules, in the order of their topics.', retentionSchema)
  replace(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: retentionSchema }) wanted: TopicRetentionRules,
  ): Promise<TopicRetentionRules> {
    return this.retention.replace(actor, workspaceId, wanted);
  }
}
