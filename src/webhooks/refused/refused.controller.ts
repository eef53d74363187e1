import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access } from '../../access/public/access.js';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
import { showBody } from '../deliveries/delivery.schemas.js';
import { ingestUnavailable } from '../ingestion/ingestion.errors.js';
import { WEBHOOKS_BODIES, WEBHOOKS_MANAGE, WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { RefusedRequestStore } from '../refusals/refused-request.store.js';
import { SealedRequests } from '../refusals/sealed-requests.js';
import { signatureKeyUnavailable, signaturesBusy } from '../providers/provider.errors.js';
import { sourceNotFound, sourceSecretsInvalid } from '../sources/source.errors.js';
import { AcceptRefused } from './accept-refused.js';
import { refusalBodyIncomplete, refusalNoDelivery, refusalNotFound, refusalNotVerified } from './refusal.errors.js';
import {
  acceptedResponse,
  refusedDetailResponse,
  refusedQuery,
  refusedResponse,
  secretFitResponse,
  showRefused,
  showRefusedDetail,
  trySecretRequest,
  type RefusedDetailResponse,
  type RefusedQuery,
  type RefusedResponse,
  type SecretFitResponse,
  type TrySecretRequest,
} from './refused.schemas.js';
import { TrySecret } from './try-secret.js';

@ApiTags('Deliveries')
@Controller('v1/workspaces/:ws')
export class RefusedController {
  constructor(
    private readonly access: Access,
    private readonly refusals: RefusedRequestStore,
    private readonly sealedRequests: SealedRequests,
    private readonly acceptRefused: AcceptRefused,
    private readonly secretTrial: TrySecret,
  ) {}

  @Describe(
    'List the webhooks that were refused',
    'With the cause, newest first: at most 1,000 and seven days for each source. Of more than ten a second, a part is recorded.',
  )
  @Get('refused')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'A page of refused requests, newest first.', pageSchema(refusedResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: refusedQuery }) query: RefusedQuery,
  ): Promise<Page<RefusedResponse>> {
    const rows = await this.refusals.list(workspaceId, query);
    return pageOf(rows, query.limit, ({ id }) => id, showRefused);
  }

  @Describe(
    'Read one refused webhook',
    'With its address, its headers and, for callers with `webhooks:bodies`, the first 16 KiB of its body.',
  )
  @Get('refused/:id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The refused request with its headers and its body.', refusedDetailResponse)
  @Fails(refusalNotFound)
  async get(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<RefusedDetailResponse> {
    const refused = await this.refusals.find(workspaceId, id);
    if (refused === null) throw refusalNotFound();
    const shown = showRefusedDetail(refused);
    const seesBody = await this.access.allows(caller, workspaceId, WEBHOOKS_BODIES);
    return seesBody ? { ...shown, ...showBody(this.sealedRequests.shownBodyOf(refused)) } : shown;
  }

  @Describe(
    'Accept a refused webhook',
    "Verifies it again with today's secrets, as of the time it was received, and stores it as a delivery. A second call answers the same delivery.",
  )
  @Post('refused/:id/accept')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The delivery is stored and will be processed.', acceptedResponse)
  @Fails(
    refusalNotFound,
    refusalBodyIncomplete,
    refusalNotVerified,
    refusalNoDelivery,
    sourceNotFound,
    ingestUnavailable,
    signaturesBusy,
    signatureKeyUnavailable,
  )
  async accept(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<{ deliveryId: string }> {
    return { deliveryId: await this.acceptRefused.run(actor, workspaceId, id) };
  }

  @Describe(
    'Try a secret on a refused webhook',
    'Says whether the secret fits its signature. The secret is not stored.',
  )
  @Post('sources/:id/try-secret')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'Whether the secret fits, and why the request would still be refused.', secretFitResponse)
  @Fails(
    sourceNotFound,
    sourceSecretsInvalid,
    refusalNotFound,
    refusalBodyIncomplete,
    signaturesBusy,
    signatureKeyUnavailable,
  )
  async trySecret(
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) sourceId: string,
    @Body({ schema: trySecretRequest }) request: TrySecretRequest,
  ): Promise<SecretFitResponse> {
    return this.secretTrial.run(workspaceId, sourceId, request);
  }
}
