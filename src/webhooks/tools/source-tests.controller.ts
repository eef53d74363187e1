import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { ingestUnavailable } from '../ingestion/ingestion.errors.js';
import { deliveryUnreadable } from '../providers/provider.errors.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { TestSource } from './test-source.js';
import {
  sourceTestedResponse,
  testSourceRequest,
  type SourceTestedResponse,
  type TestSourceRequest,
} from './test-source.schemas.js';
import { sourceEventUnknown, sourceUntestable } from './tools.errors.js';

@ApiTags('Sources')
@Controller('v1/workspaces/:ws/sources')
export class SourceTestsController {
  constructor(private readonly tests: TestSource) {}

  @Describe(
    'Send a simulated webhook to a source',
    "A made-up delivery of the source's sender, signed with the first secret of the source, goes through verification, storage and processing. Its delivery and its event have `test: true`; it counts neither for `lastSeenAt` nor for `expectEverySeconds`.",
  )
  @Post(':id/test')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The delivery is stored and will be processed.', sourceTestedResponse)
  @Fails(sourceNotFound, sourceEventUnknown, sourceUntestable, deliveryUnreadable, ingestUnavailable)
  async test(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: testSourceRequest }) request: TestSourceRequest,
  ): Promise<SourceTestedResponse> {
    return this.tests.run(actor, workspaceId, id, request);
  }
}
