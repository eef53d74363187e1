import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Public } from '../../platform/http/api/public.js';
import { Config } from '../../platform/config/config.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { bodyTooLarge, mediaTypeUnsupported } from '../../platform/http/api/problem.js';
import { plainAddress } from '../../platform/http/server/caller-address.js';
import { noteOn } from '../../platform/logging/request-log.js';
import { Tracing, type Span } from '../../platform/tracing/tracing.js';
import { signatureKeyUnavailable, signaturesBusy } from '../providers/provider.errors.js';
import { queryOf } from '../providers/signed-content.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { InflateBodies } from './inflate-bodies.js';
import { IngestDelivery, type Ingested } from './ingest-delivery.js';
import type { ReceivedWebhook } from './note-refusals.js';
import {
  addressNotAllowed,
  encodingInvalid,
  ingestUnavailable,
  signatureInvalid,
  handshakeUnknown,
} from './ingestion.errors.js';

const acceptedResponse = z
  .object({
    deliveryId: z.uuid(),
    duplicate: z.boolean().describe('true: this delivery is already stored; it has one record and one event'),
  })
  .meta({ id: 'Accepted' });

type WebhookCall = FastifyRequest<{ Params: { sourceKey: string } }>;

const NEVER_A_PAGE = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
};
const EMPTY = Buffer.alloc(0);
const DELIVERY_ID_HEADER = 'tidings-delivery-id';

@Public()
@ApiTags('Sources')
@Controller('webhooks')
export class IngestionController {
  constructor(
    private readonly ingest: IngestDelivery,
    private readonly inflateBodies: InflateBodies,
    private readonly config: Config,
    private readonly tracing: Tracing,
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
  @Fails(
    signatureInvalid,
    addressNotAllowed,
    sourceNotFound,
    encodingInvalid,
    bodyTooLarge,
    mediaTypeUnsupported,
    ingestUnavailable,
    signaturesBusy,
    signatureKeyUnavailable,
  )
  async receiveWebhook(@Req() request: WebhookCall, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { sourceKey } = request.params;
    const received = this.webhookOf(request, Buffer.isBuffer(request.body) ? request.body : EMPTY);
    const isEncoded = request.headers['content-encoding'] !== undefined;
    const webhook = isEncoded ? await this.inflateBodies.run(sourceKey, received) : received;
    const ingested = await this.ingest.run(sourceKey, webhook, (note) => noteOn(request, note));
    if (webhook.span !== undefined) endSpan(webhook.span, request.method, ingested);
    return send(request, reply, ingested);
  }

  @Describe(
    'Answer a handshake, or receive a webhook by GET',
    'For senders: many check the URL by GET or HEAD before they send, with a challenge that the response repeats. Senders that deliver by GET are accepted as by POST; the query is the body.',
  )
  @Get(':sourceKey')
  @ApiParam({ name: 'sourceKey', schema: { type: 'string' } })
  @Answers(200, 'The answer to the handshake.')
  @Answers(202, 'The delivery is stored.', acceptedResponse)
  @Fails(
    signatureInvalid,
    addressNotAllowed,
    sourceNotFound,
    handshakeUnknown,
    ingestUnavailable,
    signaturesBusy,
    signatureKeyUnavailable,
  )
  async answerHandshake(
    @Req() request: WebhookCall,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const webhook = this.webhookOf(request, Buffer.from(queryOf(request.originalUrl)));
    const { sourceKey } = request.params;
    const ingested = await this.ingest.greetOrRun(sourceKey, webhook, (note) => noteOn(request, note));
    if (webhook.span !== undefined) endSpan(webhook.span, request.method, ingested);
    return send(request, reply, ingested);
  }

  private webhookOf(request: WebhookCall, body: Buffer): ReceivedWebhook {
    return {
      method: request.method,
      headers: request.headers as Record<string, string | undefined>,
      body,
      // Keeps a trailing slash, which the sender may have signed.
      url: `${this.config.publicUrl}${request.originalUrl}`,
      addressOf: () => plainAddress(request.ip),
      span: this.tracing.begin('webhook receive', 'server', request.headers['traceparent']),
    };
  }
}

/** Only for what is stored: senders that are not verified must not fill the collector. */
function endSpan(span: Span, method: string, { acceptance, answer }: Ingested): void {
  if (acceptance === undefined) return;
  span.set({
    'http.request.method': method,
    // The path holds the key of the source.
    'http.route': '/webhooks/:sourceKey',
    'http.response.status_code': answer === undefined ? 202 : (answer.status ?? 200),
  });
  span.end();
}

function send(request: WebhookCall, reply: FastifyReply, { sourceId, acceptance, answer }: Ingested): unknown {
  if (acceptance !== undefined) {
    noteOn(request, { sourceId, deliveryId: acceptance.deliveryId });
    reply.header(DELIVERY_ID_HEADER, acceptance.deliveryId);
  }
  if (answer === undefined) return acceptance;
  reply.status(answer.status ?? 200);
  if (answer.contentType !== undefined) reply.type(answer.contentType);
  if (answer.headers !== undefined) reply.headers(answer.headers);
  // The body comes from the request or from the options of a source: no browser may run it as a page of this origin.
  if (answer.body) reply.headers(NEVER_A_PAGE);
  return answer.body ?? '';
}
