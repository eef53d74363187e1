import type { FastifyInstance } from 'fastify';
import { jsonExcess } from './json-limits.js';
import { mediaTypeUnsupported, requestInvalid } from '../api/problem.js';
import { isWebhook } from '../api/webhook-route.js';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|\s*$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Replaces Fastify's parsers. A webhook body stays unparsed, because its signature covers the exact bytes and it is
 * stored before it is inspected. Other routes accept JSON without `__proto__` and `constructor` keys.
 */
export function parseBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (isWebhook(request)) return done(null, body);
    // No handler reads this body: 404 is a better answer than a complaint about its format.
    if (request.is404) return done(null, undefined);
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
      return body.length === 0 ? done(null, undefined) : done(mediaTypeUnsupported());
    }
    const text = textOf(body);
    if (text === undefined) return done(requestInvalid('body: not valid UTF-8'));
    const excess = jsonExcess(text);
    if (excess !== undefined) return done(requestInvalid(`body: ${excess}`));
    return parseJson(request, text, done);
  });
}

function textOf(body: string | Buffer): string | undefined {
  if (typeof body === 'string') return body;
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}
