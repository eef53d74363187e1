import { Controller, Get, Headers, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { userDisabled } from '../../identity/public/auth.errors.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { CustomAuth } from '../../platform/http/api/public.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import {
  channelForbidden,
  connectionTooMany,
  connectionUnavailable,
  ticketInvalid,
} from '../protocol/realtime.errors.js';
import { ConnectionLimits } from '../connections/connection-limits.js';
import { OpenStream } from './open-stream.js';
import { LastEventId } from './last-event-id.js';
import { StreamGuard, type StreamRequest } from './stream.guard.js';
import { SseTransport } from './sse-transport.js';
import { MAX_CHANNEL_LENGTH } from '../protocol/client-payloads.js';

const MAX_CHANNELS = 100;
const MAX_ID_CHARACTERS = 8_192;

const streamQuery = z.object({
  channels: z
    .string()
    .max(MAX_CHANNELS * 64)
    .default('')
    .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== ''))
    .pipe(z.array(z.string().max(MAX_CHANNEL_LENGTH)).max(MAX_CHANNELS))
    .describe(`comma-separated names of up to ${MAX_CHANNELS} channels; the user's own is always among them`),
  lastEventId: z
    .string()
    .max(MAX_ID_CHARACTERS)
    .optional()
    .describe(
      'as the header `Last-Event-ID`, which takes precedence; or `<epoch>.<offset>` of positions, separated by commas',
    ),
  ticket: z.string().optional().describe('instead of a token, from `POST /v1/realtime/tickets`'),
  token: z.string().optional().describe('a token, if WS_QUERY_TOKEN allows it in URLs'),
});

@ApiTags('Realtime')
@Controller('v1/stream')
export class StreamController {
  constructor(
    private readonly connectionLimits: ConnectionLimits,
    private readonly openStream: OpenStream,
    private readonly semaphore: Semaphore,
  ) {}

  /**
   * Sends the frames of a WebSocket as server-sent events; each `data` is one event or frame. `subscription:revoked`
   * reports a channel that the caller may not read.
   */
  @Describe(
    'Follow channels as a stream',
    'Server-sent events of the channels that the caller may read; resumes from `Last-Event-ID`. Accepts a ticket in the URL.',
  )
  @Get()
  @CustomAuth()
  @UseGuards(StreamGuard)
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'the id of the last event received; the stream continues after it',
  })
  @ApiProduces('text/event-stream')
  @Answers(200, 'A response that does not end by itself.', z.string())
  @Fails(ticketInvalid, userDisabled, channelForbidden, connectionTooMany, connectionUnavailable)
  async follow(
    @CurrentUser() principal: Principal,
    @Query({ schema: streamQuery }) { channels, lastEventId }: z.output<typeof streamQuery>,
    @Headers('last-event-id') header: string | undefined,
    @Req() { method, raw, resumeKey }: FastifyRequest & StreamRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Fastify routes HEAD here too, and would wait for the end of the response.
    if (method === 'HEAD') return void reply.type('text/event-stream').send();
    const id = header ?? lastEventId;
    const resume = id === undefined ? undefined : LastEventId.parse(id);
    const client = this.connectionLimits.admit(raw);
    const connection = this.openStream.admit(new SseTransport(reply, resume, resumeKey), principal, client);
    await this.semaphore.run(() => this.openStream.run(connection, { channels, resume }));
  }
}
