import type { FastifyInstance, FastifyReply } from 'fastify';
import { isApiRoute } from './api-route.js';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'authorization, content-type, if-match, last-event-id, x-tidings-session';
const ANSWER_HEADERS = 'content-disposition, etag, ratelimit, ratelimit-policy, retry-after';
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these origins, exactly as they are written, call the API and read its answers. Of any other origin, and
 * for webhooks and everything else that is not the API, a browser keeps the answer from the page.
 * @param origins `*` stands for all of them, without cookies
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isApiRoute(request.url)) return done();
    const { origin, 'access-control-request-method': wanted } = request.headers;
    // On every answer: a cache must not give one origin what was answered to another.
    reply.header('vary', 'Origin');
    if (origin === undefined || !allow(origin, origins, reply)) return done();
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

function allow(origin: string, origins: readonly string[], reply: FastifyReply): boolean {
  const exactly = origins.includes(origin);
  if (!exactly && !origins.includes('*')) return false;
  reply.header('access-control-allow-origin', exactly ? origin : '*');
  if (exactly) reply.header('access-control-allow-credentials', 'true');
  reply.header('access-control-expose-headers', ANSWER_HEADERS);
  return true;
}
