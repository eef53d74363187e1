import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Public } from '../../platform/http/api/public.js';
import { Config } from '../../platform/config/config.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { bodyTooLarge, mediaTypeUnsupported } from '../../platform/http/api/problem.js';
import { noteOn } from '../../platform/logging/request-log.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { IngestDelivery } from './ingest-delivery.js';
import { ingestUnavailable, signatureInvalid } from './ingestion.errors.js';

const acceptedResponse = z
  .object({
    deliveryId: z.uuid(),
    duplicate: z.boolean().describe('true: this delivery is already stored; it has one record and one event'),
  })
  .meta({ id: 'Accepted' });

const EMPTY = Buffer.alloc(0);
const DELIVERY_ID_HEADER = 'tidings-delivery-id';

@Public()
@ApiTags('Sources')
@Controller('webhooks')
export class IngestionController {
  constructor(
    private readonly ingest: IngestDelivery,
    private readonly config: Config,
  ) {}

  /** Some senders require 200 and a body of their own: none for Slack's forms, TwiML for Twilio. */
  @Describe(
    'Receive a webhook',
    'For senders: verifies the body with the secret of the source, stores it, and only then acknowledges it. A repeat is marked as `duplicate`. Each response for a stored delivery has its id in the header `Tidings-Delivery-Id`.',
  )
  @Post(':sourceKey')
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application/octet-stream')
  // Read from the request: a @Param would go through the asynchronous validation.
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
      // Keeps a trailing slash, which the sender may have signed.
      url: `${this.config.publicUrl}${request.originalUrl}`,
    };
    const { sourceId, acceptance, answer } = await this.ingest.run(request.params.sourceKey, webhook, (note) =>
      noteOn(request, note),
    );
    if (acceptance !== undefined) {
      noteOn(request, { sourceId, deliveryId: acceptance.deliveryId });
      reply.header(DELIVERY_ID_HEADER, acceptance.deliveryId);
    }
    if (answer === undefined) return acceptance;
    reply.status(answer.status ?? 200);
    if (answer.contentType !== undefined) reply.type(answer.contentType);
    return answer.body ?? '';
  }
}
