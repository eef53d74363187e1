import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { RequirePermission } from '../../access/contracts/require-permission.js';
import { Caller, type CallBy } from '../../identity/contracts/caller.js';
import { Database } from '../../platform/database/database.js';
import { Answers, Fails } from '../../platform/http/answers.js';
import { IdPipe } from '../../platform/http/id-pipe.js';
import { addressRefused, addressUnresolved } from '../../platform/http/outbound/outbound.errors.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/page.js';
import { WEBHOOKS_MANAGE } from '../contracts/webhooks.declarations.js';
import { Endpoint } from './endpoint.entity.js';
import { endpointNotFound, endpointTooMany, eventTypeUnknown } from './endpoint.errors.js';
import {
  changeEndpointRequest,
  createEndpointRequest,
  endpointResponse,
  secretResponse,
  showEndpoint,
  type ChangeEndpointRequest,
  type CreateEndpointRequest,
  type EndpointResponse,
  type SecretResponse,
} from './endpoint.shapes.js';
import { ManageEndpoints, type WithSecret } from './manage-endpoints.js';

@Controller('v1/workspaces/:ws/endpoints')
export class EndpointsController {
  constructor(
    private readonly database: Database,
    private readonly endpoints: ManageEndpoints,
  ) {}

  @Get()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'A page of endpoints, oldest first.', pageSchema(endpointResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: pageQuery }) { limit, cursor }: PageQuery,
  ): Promise<Page<EndpointResponse>> {
    const query = this.database.manager
      .createQueryBuilder(Endpoint, 'endpoint')
      .where('endpoint.workspaceId = :workspaceId', { workspaceId })
      .orderBy('endpoint.id', 'ASC')
      .limit(limit + 1);
    if (cursor !== undefined) query.andWhere('endpoint.id > :cursor', { cursor });
    return pageOf(await query.getMany(), limit, ({ id }) => id, showEndpoint);
  }

  /** It is sent what its maker may read, from now on. */
  @Post()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(
    201,
    'The endpoint, with the secret to check its messages by; the secret is not shown again.',
    secretResponse,
  )
  @Fails(endpointTooMany, eventTypeUnknown, addressRefused, addressUnresolved)
  async create(
    @Caller() by: CallBy,
    @Param('ws') workspaceId: string,
    @Body({ schema: createEndpointRequest }) wanted: CreateEndpointRequest,
  ): Promise<SecretResponse> {
    return showWithSecret(await this.endpoints.create(by, workspaceId, wanted));
  }

  @Get(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint.', endpointResponse)
  @Fails(endpointNotFound)
  async get(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<EndpointResponse> {
    const endpoint = await this.database.manager.findOneBy(Endpoint, { id, workspaceId });
    if (endpoint === null) throw endpointNotFound();
    return showEndpoint(endpoint);
  }

  /** Switching it on again sends what has been waiting. */
  @Patch(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint as it is now.', endpointResponse)
  @Fails(endpointNotFound, eventTypeUnknown, addressRefused, addressUnresolved)
  async change(
    @Caller() by: CallBy,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: changeEndpointRequest }) wanted: ChangeEndpointRequest,
  ): Promise<EndpointResponse> {
    return showEndpoint(await this.endpoints.change(by, workspaceId, id, wanted));
  }

  /** For a day messages are signed with both secrets. */
  @Post(':id/rotate-secret')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint with its new secret, which is not shown again.', secretResponse)
  @Fails(endpointNotFound)
  async rotateSecret(
    @Caller() by: CallBy,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<SecretResponse> {
    return showWithSecret(await this.endpoints.rotateSecret(by, workspaceId, id));
  }

  @Delete(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(204, 'The endpoint is gone, and what was on its way to it.')
  @Fails(endpointNotFound)
  async delete(@Caller() by: CallBy, @Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<void> {
    await this.endpoints.delete(by, workspaceId, id);
  }
}

const showWithSecret = ({ endpoint, secret }: WithSecret): SecretResponse => ({ ...showEndpoint(endpoint), secret });
