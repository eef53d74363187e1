import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** The only routes on which unauthenticated senders can post arbitrary bytes, thousands of times per second. */
export const isWebhookRoute = (pattern: string | undefined): boolean => pattern?.startsWith('/webhooks/') === true;

export const isWebhook = (request: FastifyRequest): boolean => isWebhookRoute(request.routeOptions.url);

/** Whether the body is that of a webhook in an encoding that its handler reads under the limit of inflated bodies. */
export const isInflatedLater = (request: FastifyRequest): boolean =>
  /^(?:x-)?gzip$|^deflate$/i.test(request.headers['content-encoding'] ?? '') && isWebhook(request);

const ANY_TYPE = 'application/octet-stream';

/** Content types that Fastify accepts. */
const WELL_FORMED = /^[\w.+-]+\/[\w.+-]+(?: *; *[\w-]+=[\w.-]+)*$/;

declare module 'fastify' {
  interface FastifyRequest {
    /** The original Content-Type of a webhook while it is hidden from Fastify. */
    hiddenType: string | undefined;
  }
}

/**
 * Hides a malformed Content-Type of a webhook from Fastify, which would reject the request before any handler runs,
 * although the signature over its bytes can be valid. The type is restored after the body is read. Other routes keep
 * the check, because there the type decides how the body is parsed.
 */
export function hideTypesOfWebhooks(fastify: FastifyInstance): void {
  fastify.decorateRequest('hiddenType', undefined);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const type = headers['content-type'];
    if (type !== undefined && !WELL_FORMED.test(type) && isWebhook(request)) {
      request.hiddenType = type;
      headers['content-type'] = ANY_TYPE;
    }
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (request.hiddenType !== undefined) request.raw.headers['content-type'] = request.hiddenType;
    done();
  });
}

const SLASH_AT_END = /^(\/webhooks\/[^/?#]+)\/+(?=$|[?#])/;

/** A webhook URL may have a trailing slash. No other route has two URLs. */
export const withoutSlashAtEnd = ({ url = '/' }: IncomingMessage): string =>
  url.startsWith('/webhooks/') ? url.replace(SLASH_AT_END, '$1') : url;
