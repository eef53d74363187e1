import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import {
  connectionsQuery,
  connectionsResponse,
  inspectedConnection,
  type ConnectionsQuery,
  type ConnectionsResponse,
  type InspectedConnection,
} from './connection.schemas.js';
import { connectionNotFound, connectionUnconfirmed } from './inspection.errors.js';
import { InspectConnections } from './inspect-connections.js';

@AdminOnly()
@ApiTags('System')
@Controller('v1/system/connections')
export class ConnectionsController {
  constructor(private readonly inspect: InspectConnections) {}

  @Describe(
    'List open connections',
    'WebSockets and streams of all workspaces, as all processes know them at the moment. Every call asks each process, so do not poll more often than every few seconds.',
  )
  @Get()
  @Answers(200, 'The newest connections first, and the processes that did not answer.', connectionsResponse)
  list(@Query({ schema: connectionsQuery }) query: ConnectionsQuery): Promise<ConnectionsResponse> {
    return this.inspect.list(query);
  }

  @Describe('Get an open connection', 'With all channels that it is subscribed to.')
  @Get(':id')
  @Answers(200, 'The connection as its process knows it at the moment.', inspectedConnection)
  @Fails(connectionNotFound)
  get(@Param('id', IdPipe) id: string): Promise<InspectedConnection> {
    return this.inspect.show(id);
  }

  @Describe(
    'Close a connection',
    'Closes it with 1012, so that its client reconnects and resumes, perhaps at another process. To keep a user out, disable the user. The audit of the installation records the call.',
  )
  @Delete(':id')
  @Answers(204, 'The connection is closed.')
  @Fails(connectionNotFound, connectionUnconfirmed)
  async close(@Caller() actor: RequestActor, @Param('id', IdPipe) id: string): Promise<void> {
    await this.inspect.close(actor, id);
  }
}
