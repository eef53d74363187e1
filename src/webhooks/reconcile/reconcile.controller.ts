import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import { sourceNotFound } from '../sources/source.errors.js';
import {
  reconcileHookNotFound,
  reconcileRateLimited,
  reconcileTokenRefused,
  reconcileUnavailable,
  reconcileUnsupported,
} from './reconcile.errors.js';
import {
  reconcileRequest,
  reconcileResponse,
  type ReconcileRequest,
  type ReconcileResponse,
} from './reconcile.schemas.js';
import { ReconcileSource } from './reconcile-source.js';

@ApiTags('Sources')
@Controller('v1/workspaces/:ws/sources')
export class ReconcileController {
  constructor(private readonly reconcileSource: ReconcileSource) {}

  @Describe(
    'Redeliver what never arrived from GitHub',
    'Lists the deliveries of a hook of the last three days through the API of GitHub, compares their ids with the stored deliveries, and asks GitHub to send the missing ones again.',
  )
  @Post(':id/reconcile')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The numbers of compared and of redelivered deliveries.', reconcileResponse)
  @Fails(
    sourceNotFound,
    reconcileUnsupported,
    reconcileTokenRefused,
    reconcileHookNotFound,
    reconcileRateLimited,
    reconcileUnavailable,
  )
  reconcile(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) sourceId: string,
    @Body({ schema: reconcileRequest }) request: ReconcileRequest,
  ): Promise<ReconcileResponse> {
    return this.reconcileSource.run(actor, workspaceId, sourceId, request);
  }
}
