import { Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
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
import { connectionNotFound, connectionUnconfirmed, traceTooMany } from './inspection.errors.js';
import { OpenTrace } from './open-trace.js';
import { InspectConnections } from './inspect-connections.js';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

@AdminOnly()
@ApiTags('System')
@Controller('v1/system/connections')
export class ConnectionsController {
  constructor(
    private readonly inspect: InspectConnections,
    private readonly openTrace: OpenTrace,
  ) {}

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
    'Trace a connection',
    'Server-sent events for at most five minutes: `frame` with `{frame, dropped}` for each frame of the connection from now on, and `end` with the reason. A frame has its payload only if you may read all that its subscriber sees of its channel. Frames above 50 per second are dropped and counted. The audit of the installation records the call first.',
  )
  @Post(':id/trace')
  @HttpCode(200)
  @ApiProduces('text/event-stream')
  @Answers(200, 'A response that ends with the trace.', z.string())
  @Fails(connectionNotFound, traceTooMany)
  async trace(
    @Caller() actor: RequestActor,
    @Param('id', IdPipe) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const trace = await this.openTrace.run(actor, id);
    reply.hijack();
    reply.raw.writeHead(200, { ...headersOf(reply), ...STREAM_HEADERS });
    reply.raw.flushHeaders();
    trace.follow(reply.raw);
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

const headersOf = (reply: FastifyReply): Record<string, number | string | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
