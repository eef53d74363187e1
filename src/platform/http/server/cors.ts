import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isApiRoute } from '../api/api-route.js';
import type { Origins } from './origins.js';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
/** Our own headers, those of MCP, EventSource libraries and tracing, and those of common fetch wrappers. */
const REQUEST_HEADERS = [
  'accept-language, authorization, cache-control, content-language, content-type, idempotency-key, if-match',
  'if-none-match, last-event-id, mcp-method, mcp-name, mcp-protocol-version, pragma',
  'x-tidings-session, x-request-id, x-requested-with',
  'baggage, sentry-trace, traceparent, tracestate',
].join(', ');
const ANSWER_HEADERS = [
  'content-disposition, etag, link, location, ratelimit, ratelimit-policy, retry-after, server-timing',
  'tidings-delivery-id',
].join(', ');
const PREFLIGHT_SECONDS = 600;

/**
 * Allows pages of these origins to call the API and read its responses. For other origins, and outside the API,
 * browsers keep the response from the page.
 */
export function allowOrigins(fastify: FastifyInstance, origins: Origins): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isApiRoute(request.url)) return done();
    const { origin, 'access-control-request-method': wanted } = request.headers;
    // On every response, so that caches keep responses for different origins apart.
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
