import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { Config } from '../../config/config.js';
import type { Log } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import { observeRequests } from '../../logging/request-log.js';
import { ambiguityOf } from './ambiguous-headers.js';
import { limitAnswerTimes } from './answer-times.js';
import { parseBodies } from './body-parser.js';
import { answerClientError, answerUnroutable } from './client-error.js';
import { allowOrigins } from './cors.js';
import { Drain } from './drain.js';
import { Origins } from './origins.js';
import { mediaTypeUnsupported, requestInvalid } from '../api/problem.js';
import { ProblemFilter } from '../api/problem.filter.js';
import { addSecurityHeaders } from './security-headers.js';
import { closeSilentConnections } from './silent-connections.js';
import { validationPipe } from '../api/validation.js';
import { hideTypesOfWebhooks, isInflatedLater, isWebhookRoute, withoutSlashAtEnd } from '../api/webhook-route.js';

const HEADERS_MS = 4_000; // a silent connection is closed within 5 s
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 72_000; // longer than the 60 s of common proxies, so that they never write to a closing socket
const CHECK_MS = 1_000; // how often Node checks for slow requests; its default of 30 s would add to the timeouts above
const HEADER_BYTES = 16_384;
const MAX_HEADERS = 100;
const API_BODY_BYTES = 1_048_576;

/** The server with its limits. Each timeout bounds the resources that a slow or silent client can hold. */
export function fastifyAdapter({ webhookBodyBytes, trustProxy }: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: webhookBodyBytes,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: HEADER_BYTES },
    // Requests on open connections are still answered during shutdown; Fastify's default is 503.
    return503OnClosing: false,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    genReqId: () => randomUUID(),
    rewriteUrl: withoutSlashAtEnd,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnroutable,
  });
}

/** Registers the processing that all requests share. Call it before the app is initialised. */
export async function prepareHttp(app: NestFastifyApplication, log: Log): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  observeRequests(fastify, log, app.get(Metrics));
  keepAddresses(fastify);
  closeWhileDraining(fastify, app.get(Drain));
  closeSilentConnections(fastify);
  rejectAmbiguous(fastify);
  allowOrigins(fastify, new Origins(app.get(Config)));
  rejectUnreadable(fastify);
  hideTypesOfWebhooks(fastify);
  boundBodies(fastify);
  limitAnswerTimes(fastify);
  parseBodies(fastify);
  addSecurityHeaders(fastify);
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(validationPipe);
}

/** A socket keeps an address that was read once. Otherwise it has none after a reset, and calls run on. */
function keepAddresses({ server }: FastifyInstance): void {
  server.on('connection', (socket: Socket) => void socket.remoteAddress);
}

/** A proxy with a keep-alive connection would keep sending requests to a stopping process. */
function closeWhileDraining(fastify: FastifyInstance, drain: Drain): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.begun) reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * Runs before everything else, including preflights. The connection is closed, since request boundaries are unreliable.
 */
function rejectAmbiguous(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ raw }, reply, done) => {
    const ambiguity = ambiguityOf(raw.rawHeaders);
    if (ambiguity === undefined) return done();
    reply.header('connection', 'close');
    return done(requestInvalid(ambiguity));
  });
}

function rejectUnreadable(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, url, raw } = request;
    // Node drops headers beyond its own, higher limit, and a relevant one could be among them.
    if (raw.rawHeaders.length > 2 * MAX_HEADERS) return done(requestInvalid(`headers: more than ${MAX_HEADERS}`));
    const encoding = headers['content-encoding'];
    // The decompressed size of a body is unbounded. GET and HEAD bodies are not read.
    const readsBody = method !== 'GET' && method !== 'HEAD';
    if (readsBody && encoding !== undefined && encoding.toLowerCase() !== 'identity' && !isInflatedLater(request))
      return done(mediaTypeUnsupported());
    // PostgreSQL text cannot contain it, so no id, name or filter does.
    if (url.includes('%00')) return done(requestInvalid('url: contains U+0000'));
    return done();
  });
}

/** Webhooks use the server's body limit, which is a setting. */
function boundBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!isWebhookRoute(route.url)) route.bodyLimit = API_BODY_BYTES;
  });
}
