import { Body, Controller, Headers, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { permissionDenied, workspaceNotFound } from '../../access/public/access.errors.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { NamesItsSession } from '../../identity/public/names-its-session.js';
import { Answers, Describe, Fails, Takes } from '../../platform/http/api/answers.js';
import { requestInvalid } from '../../platform/http/api/problem.js';
import { Tracing } from '../../platform/tracing/tracing.js';
import { payloadInvalid } from './event-types/event-type.errors.js';
import { PublishEvents } from './publish-events.js';
import {
  eventsOf,
  publishKey,
  publishRequest,
  publishResponse,
  type PublishRequest,
  type PublishResponse,
} from './publish.schemas.js';
import { channelUnknown, keyReused, payloadTooLarge, publishOverloaded, typeReserved } from './topic.errors.js';
import { TOPICS_PUBLISH } from './topics.declarations.js';

const HTTP = {
  'http.request.method': 'POST',
  'http.route': '/v1/workspaces/:ws/events',
  'http.response.status_code': 201,
};

@ApiTags('Events')
@Controller('v1/workspaces/:ws/events')
export class PublishController {
  constructor(
    private readonly publish: PublishEvents,
    private readonly tracing: Tracing,
  ) {}

  @Describe(
    'Publish events to topics or members',
    'To topics of the workspace, which the first event makes, or to `user:<id>` of members, which requires ' +
      '`users:notify`. All events of a call are written, or none. Repeat a call after a lost answer with the same `id` ' +
      'or `Idempotency-Key`: for 24 hours it is answered with the events that were written the first time.',
  )
  @Post()
  @Takes(TOPICS_PUBLISH)
  @NamesItsSession()
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'a key of this call, for its events without an `id`: 1 to 100 characters',
  })
  @ApiHeader({
    name: 'traceparent',
    required: false,
    description: 'the trace that the events continue, where the server records traces (W3C Trace Context)',
  })
  @Answers(201, 'The events, after their commit.', publishResponse)
  @Fails(workspaceNotFound, permissionDenied, channelUnknown, typeReserved, payloadTooLarge, payloadInvalid)
  @Fails(keyReused, publishOverloaded)
  async publishEvents(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: publishRequest }) request: PublishRequest,
    @Headers('idempotency-key') callKey?: string,
    @Headers('traceparent') traceParent?: string,
  ): Promise<PublishResponse> {
    if (callKey !== undefined && !publishKey.safeParse(callKey).success) {
      throw requestInvalid('Idempotency-Key: not 1 to 100 characters');
    }
    const span = this.tracing.begin('event publish', 'server', traceParent);
    const publisher = span === undefined ? actor : { ...actor, trace: span.trace };
    const places = await this.publish.run(publisher, workspaceId, eventsOf(request), callKey);
    span?.set({ ...HTTP, 'tidings.workspace_id': workspaceId, 'tidings.events': places.length });
    span?.end();
    return { events: [...places] };
  }
}
