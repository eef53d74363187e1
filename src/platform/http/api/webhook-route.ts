import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** The one kind of route where a stranger sends any bytes at all, thousands of times a second. */
export const isWebhookRoute = (pattern: string | undefined): boolean => pattern?.startsWith('/webhooks/') === true;

export const isWebhook = (request: FastifyRequest): boolean => isWebhookRoute(request.routeOptions.url);

const ANY_TYPE = 'application/octet-stream';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a webhook, as it was sent; undefined when it was not. */
    sentType: string | undefined;
  }
}

/**
 * Hides the type of a webhook from Fastify, which refuses a malformed one before any parser or handler sees it; a sender
 * that writes it twice or wrongly signs its bytes all the same. It shows again once the body is read. Only here: elsewhere the
 * type decides how a body is read, and a malformed one must not pass.
 */
export function hideTypesOfWebhooks(fastify: FastifyInstance): void {
  fastify.decorateRequest('sentType', undefined);
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isWebhook(request)) {
      request.sentType = request.raw.headers['content-type'];
      request.raw.headers['content-type'] = ANY_TYPE;
    }
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (isWebhook(request)) restoreType(request);
    done();
  });
}

function restoreType({ raw, sentType }: FastifyRequest): void {
  if (sentType === undefined) delete raw.headers['content-type'];
  else raw.headers['content-type'] = sentType;
}

const SLASH_AT_END = /^(\/webhooks\/[^/?#]+)\/+(?=$|[?#])/;

/** The address of a webhook may be entered with a slash at its end. No other route is known by two addresses. */
export const withoutSlashAtEnd = ({ url = '/' }: IncomingMessage): string =>
  url.startsWith('/webhooks/') ? url.replace(SLASH_AT_END, '$1') : url;
