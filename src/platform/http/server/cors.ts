import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isApiRoute } from '../api/api-route.js';
import type { Origins } from './origins.js';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
/** Ours, what EventSource libraries and tracing add by themselves, and what fetch wrappers put on every call. */
const REQUEST_HEADERS = [
  'accept-language, authorization, cache-control, content-language, content-type, idempotency-key, if-match',
  'if-none-match, last-event-id, pragma, x-tidings-session, x-request-id, x-requested-with',
  'baggage, sentry-trace, traceparent, tracestate',
].join(', ');
const ANSWER_HEADERS =
  'content-disposition, etag, link, location, ratelimit, ratelimit-policy, retry-after, tidings-delivery-id';
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these origins call the API and read its answers. Of any other origin, and for webhooks and everything else
 * that is not the API, a browser keeps the answer from the page.
 */
export function allowOrigins(fastify: FastifyInstance, origins: Origins): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isApiRoute(request.url)) return done();
    const { origin, 'access-control-request-method': wanted } = request.headers;
    // On every answer: a cache must not give one origin what was answered to another.
    reply.header('vary', 'Origin');
    if (origin === undefined || !allow(origin, request, origins, reply)) return done();
    if (request.method !== 'OPTIONS' || wanted === undefined) return done();
    reply
      .status(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': PREFLIGHT_SECONDS,
      })
      .send();
  });
}

function allow(origin: string, request: FastifyRequest, origins: Origins, reply: FastifyReply): boolean {
  const isNamed = origins.names(origin, request.raw);
  if (!isNamed && !origins.any) return false;
  reply.header('access-control-allow-origin', isNamed ? origin : '*');
  if (isNamed) reply.header('access-control-allow-credentials', 'true');
  reply.header('access-control-expose-headers', ANSWER_HEADERS);
  return true;
}
