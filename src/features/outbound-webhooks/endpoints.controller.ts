import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { addressRefused, addressUnresolved } from '../../platform/http/outbound/outbound.errors.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
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
} from './endpoint.schemas.js';
import { EndpointStore } from './endpoint.store.js';
import { ManageEndpoints, type WithSecret } from './manage-endpoints.js';

@ApiTags('Endpoints')
@Controller('v1/workspaces/:ws/endpoints')
export class EndpointsController {
  constructor(
    private readonly store: EndpointStore,
    private readonly endpoints: ManageEndpoints,
  ) {}

  @Describe('List endpoints of a workspace', 'The addresses to which the workspace has its events sent, oldest first.')
  @Get()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'A page of endpoints, oldest first.', pageSchema(endpointResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<EndpointResponse>> {
    const rows = await this.store.list(workspaceId, query);
    return pageOf(rows, query.limit, ({ id }) => id, showEndpoint);
  }

  /** It is sent what its maker may read, from now on. */
  @Describe(
    'Have events sent to an address',
    'The endpoint is sent what you may read, from now on and as long as you may read it.',
  )
  @Post()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(
    201,
    'The endpoint, with the secret to check its messages by; the secret is not shown again.',
    secretResponse,
  )
  @Fails(endpointTooMany, eventTypeUnknown, addressRefused, addressUnresolved)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createEndpointRequest }) wanted: CreateEndpointRequest,
  ): Promise<SecretResponse> {
    return showWithSecret(await this.endpoints.create(actor, workspaceId, wanted));
  }

  @Describe('Read one endpoint', 'With the reason, where the service has switched it off.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint.', endpointResponse)
  @Fails(endpointNotFound)
  async get(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<EndpointResponse> {
    return showEndpoint(await this.store.get(workspaceId, id));
  }

  /** Switching it on again sends what has been waiting. */
  @Describe(
    'Change, enable or take over an endpoint',
    'The user who chooses the address or the events becomes its maker. Enabling it sends what has been waiting; one that its maker has lost is yours then.',
  )
  @Patch(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint as it is now.', endpointResponse)
  @Fails(endpointNotFound, eventTypeUnknown, addressRefused, addressUnresolved)
  async change(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: changeEndpointRequest }) wanted: ChangeEndpointRequest,
  ): Promise<EndpointResponse> {
    return showEndpoint(await this.endpoints.change(actor, workspaceId, id, wanted));
  }

  /** For a day messages are signed with both secrets. */
  @Describe('Replace the secret of an endpoint', 'For a day messages are signed with both secrets.')
  @Post(':id/rotate-secret')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint with its new secret, which is not shown again.', secretResponse)
  @Fails(endpointNotFound)
  async rotateSecret(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<SecretResponse> {
    return showWithSecret(await this.endpoints.rotateSecret(actor, workspaceId, id));
  }

  @Describe('Delete an endpoint', 'What is on its way to it is dropped.')
  @Delete(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(204, 'The endpoint is gone, and what was on its way to it.')
  @Fails(endpointNotFound)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.endpoints.delete(actor, workspaceId, id);
  }
}

const showWithSecret = ({ endpoint, secret }: WithSecret): SecretResponse => ({ ...showEndpoint(endpoint), secret });
