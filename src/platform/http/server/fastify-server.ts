import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Config } from '../../config/config.js';
import type { Log } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import { observeRequests } from '../../logging/request-log.js';
import { ambiguityOf } from './ambiguous-headers.js';
import { parseBodies } from './body-parser.js';
import { answerClientError, answerUnroutable } from './client-error.js';
import { allowOrigins } from './cors.js';
import { Drain } from './drain.js';
import { Origins } from './origins.js';
import { mediaTypeUnsupported, requestInvalid } from '../api/problem.js';
import { ProblemFilter } from '../api/problem.filter.js';
import { addSecurityHeaders } from './security-headers.js';
import { letGoOfSilentConnections } from './silent-connections.js';
import { validationPipe } from '../api/validation.js';
import { hideTypesOfWebhooks, isWebhookRoute, withoutSlashAtEnd } from '../api/webhook-route.js';

const HEADERS_MS = 4_000; // who connects and says nothing is gone within 5 s
const REQUEST_MS = 30_000;
const ANSWER_MS = 30_000;
const KEEP_ALIVE_MS = 72_000; // longer than the 60 s of common proxies, so that they never write into a closing socket
const CHECK_MS = 1_000; // Node looks for slow requests only this often; its 30 s would be added to the times above
const HEADER_BYTES = 16_384;
const MAX_HEADERS = 100;
const API_BODY_BYTES = 1_048_576;

/** The server with its limits. Every time is an upper bound on what one slow or silent caller can hold. */
export function fastifyAdapter({ webhookBodyBytes, trustProxy }: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: webhookBodyBytes,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: HEADER_BYTES },
    // While it closes, what still comes over open connections is answered; a 503 would lose what we can do.
    return503OnClosing: false,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    genReqId: () => randomUUID(),
    rewriteUrl: withoutSlashAtEnd,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnroutable,
  });
}

/** What every request goes through, whichever room it is for. Call it before the app is initialised. */
export async function prepareHttp(app: NestFastifyApplication, log: Log): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  observeRequests(fastify, log, app.get(Metrics));
  closeWhileDraining(fastify, app.get(Drain));
  letGoOfSilentConnections(fastify);
  refuseAmbiguous(fastify);
  allowOrigins(fastify, new Origins(app.get(Config)));
  refuseUnreadable(fastify);
  hideTypesOfWebhooks(fastify);
  boundRoutes(fastify);
  parseBodies(fastify);
  await addSecurityHeaders(fastify);
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(validationPipe);
}

/** A proxy that keeps its connection would go on sending work to a process that is about to end. */
function closeWhileDraining(fastify: FastifyInstance, drain: Drain): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.begun) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Before all else, preflights too. The connection ends: where the next request on it begins may be as ambiguous. */
function refuseAmbiguous(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ raw }, reply, done) => {
    const ambiguity = ambiguityOf(raw.rawHeaders);
    if (ambiguity === undefined) return done();
    reply.header('connection', 'close');
    return done(requestInvalid(ambiguity));
  });
}

function refuseUnreadable(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ method, headers, url, raw }, _reply, done) => {
    // Node drops what comes after its own, higher limit: the header that matters could be among that.
    if (raw.rawHeaders.length > 2 * MAX_HEADERS) return done(requestInvalid(`headers: more than ${MAX_HEADERS}`));
    const encoding = headers['content-encoding'];
    // A compressed body is small on the wire and has no bound in memory. Of GET and HEAD no body is read.
    const readsBody = method !== 'GET' && method !== 'HEAD';
    if (readsBody && encoding !== undefined && encoding.toLowerCase() !== 'identity')
      return done(mediaTypeUnsupported());
    // No text in PostgreSQL can hold it, so no id, name or filter has it.
    if (url.includes('%00')) return done(requestInvalid('url: contains U+0000'));
    return done();
  });
}

/** Webhooks have the body limit of the server, which is a setting, and a shorter deadline of their own. */
function boundRoutes(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (isWebhookRoute(route.url)) return;
    route.bodyLimit = API_BODY_BYTES;
    // Not for the whole server: it makes and aborts an AbortController for each request.
    route.handlerTimeout = ANSWER_MS;
  });
}
