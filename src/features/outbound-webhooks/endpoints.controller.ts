import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { addressRefused, addressUnresolved } from '../../platform/http/outbound/outbound.errors.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import {
  endpointDisabled,
  endpointNotFound,
  endpointSourceUnknown,
  endpointTooMany,
  eventTypeUnknown,
} from './endpoint.errors.js';
import {
  changeEndpointRequest,
  createEndpointRequest,
  endpointResponse,
  endpointStatsResponse,
  secretResponse,
  showEndpoint,
  testSentResponse,
  type ChangeEndpointRequest,
  type CreateEndpointRequest,
  type EndpointResponse,
  type EndpointStatsResponse,
  type SecretResponse,
  type TestSentResponse,
} from './endpoint.schemas.js';
import { EndpointStore } from './endpoint.store.js';
import { ManageEndpoints, type WithSecret } from './manage-endpoints.js';
import { MessageStore } from './message.store.js';
import { SendTestEvent } from './send-test-event.js';

@ApiTags('Endpoints')
@Controller('v1/workspaces/:ws/endpoints')
export class EndpointsController {
  constructor(
    private readonly store: EndpointStore,
    private readonly endpoints: ManageEndpoints,
    private readonly messages: MessageStore,
    private readonly testEvents: SendTestEvent,
  ) {}

  @Describe('List endpoints of a workspace', 'The URLs that receive the events of the workspace, oldest first.')
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

  @Describe('Create an endpoint', 'Sends events of the workspace to a URL, from now on, as long as you may read them.')
  @Post()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(201, 'The endpoint with the secret that signs its messages; the secret is not shown again.', secretResponse)
  @Fails(endpointTooMany, eventTypeUnknown, endpointSourceUnknown, addressRefused, addressUnresolved)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createEndpointRequest }) request: CreateEndpointRequest,
  ): Promise<SecretResponse> {
    return showWithSecret(await this.endpoints.create(actor, workspaceId, request));
  }

  @Describe('Read one endpoint', 'With the reason if the service has disabled it.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint.', endpointResponse)
  @Fails(endpointNotFound)
  async get(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<EndpointResponse> {
    return showEndpoint(await this.store.get(workspaceId, id));
  }

  @Describe(
    'Change, enable or take over an endpoint',
    'The user who changes the URL or the event types becomes its maker. Enabling it sends the pending messages; if it has lost its maker, you become the maker.',
  )
  @Patch(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The endpoint as it is now.', endpointResponse)
  @Fails(endpointNotFound, eventTypeUnknown, endpointSourceUnknown, addressRefused, addressUnresolved)
  async change(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: changeEndpointRequest }) request: ChangeEndpointRequest,
  ): Promise<EndpointResponse> {
    return showEndpoint(await this.endpoints.change(actor, workspaceId, id, request));
  }

  @Describe('Replace the secret of an endpoint', 'Messages are signed with both secrets for 24 hours.')
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

  @Describe('Send a test event', 'Sends a message of the type `endpoint:test`, signed and recorded like any other.')
  @Post(':id/test')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(202, 'The message will be sent.', testSentResponse)
  @Fails(endpointNotFound, endpointDisabled)
  async test(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<TestSentResponse> {
    return { messageId: await this.testEvents.run(actor, workspaceId, id) };
  }

  @Describe('Read how an endpoint answers', 'The rate of accepted attempts and their duration in the last 24 hours.')
  @Get(':id/stats')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The figures of the last 24 hours.', endpointStatsResponse)
  @Fails(endpointNotFound)
  async stats(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<EndpointStatsResponse> {
    await this.store.require(workspaceId, id);
    const stats = await this.messages.statsOf(id);
    return { ...stats, successRate: stats.attempts === 0 ? null : stats.accepted / stats.attempts };
  }

  @Describe('Delete an endpoint', 'Its messages are deleted.')
  @Delete(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(204, 'The endpoint and its messages are deleted.')
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
