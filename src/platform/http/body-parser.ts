import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mediaTypeUnsupported } from './problem.js';

const RAW_ROUTES = '/webhooks/';

/**
 * Replaces Fastify's parsers: a webhook keeps its exact bytes, because they were signed and because a sender's body is
 * nobody's business before it is stored; everything else takes JSON, without `__proto__` and `constructor` keys.
 */
export function parseBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (isRaw(request)) return done(null, body);
    if (!/^application\/(?:[\w.-]+\+)?json(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
      return body.length === 0 ? done(null, undefined) : done(mediaTypeUnsupported());
    }
    return parseJson(request, body.toString('utf8'), done);
  });
}

function isRaw(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith(RAW_ROUTES) === true;
}
