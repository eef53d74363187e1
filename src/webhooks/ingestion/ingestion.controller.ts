import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Public } from '../../platform/http/public.js';
import { Config } from '../../platform/config/config.js';
import { Answers, Fails } from '../../platform/http/answers.js';
import { bodyTooLarge, mediaTypeUnsupported } from '../../platform/http/problem.js';
import { noteOn } from '../../platform/observability/request-log.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { IngestDelivery } from './ingest-delivery.js';
import { ingestUnavailable, signatureInvalid } from './ingestion.errors.js';

const acceptedResponse = z
  .object({
    deliveryId: z.uuid(),
    duplicate: z.boolean().describe('true: this delivery was here before; it has one record and one event'),
  })
  .meta({ id: 'Accepted' });

const EMPTY = Buffer.alloc(0);

@Public()
@Controller('webhooks')
export class IngestionController {
  constructor(
    private readonly ingest: IngestDelivery,
    private readonly config: Config,
  ) {}

  /** Any body; it is kept byte for byte. A sender's handshake is answered as that sender expects, with 200. */
  @Post(':sourceKey')
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application/octet-stream')
  // Read from the request: a @Param would go through the validation, which waits.
  @ApiParam({ name: 'sourceKey', schema: { type: 'string' } })
  @ApiBody({ schema: {}, required: false })
  @Answers(202, 'The delivery is stored.', acceptedResponse)
  @Fails(signatureInvalid, sourceNotFound, bodyTooLarge, mediaTypeUnsupported, ingestUnavailable)
  async receiveWebhook(
    @Req() request: FastifyRequest<{ Params: { sourceKey: string } }>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const webhook = {
      headers: request.headers as Record<string, string | undefined>,
      body: Buffer.isBuffer(request.body) ? request.body : EMPTY,
      url: `${this.config.publicUrl}${request.url}`,
    };
    const ingested = await this.ingest.run(request.params.sourceKey, webhook, (note) => noteOn(request, note));
    if (ingested.handshake !== undefined) {
      reply.status(200).type(ingested.handshake.contentType);
      return ingested.handshake.body;
    }
    const { sourceId, deliveryId, duplicate } = ingested;
    noteOn(request, { sourceId, deliveryId });
    return { deliveryId, duplicate };
  }
}
