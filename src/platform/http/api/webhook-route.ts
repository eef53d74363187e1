import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** The one kind of route where a stranger sends any bytes at all, thousands of times a second. */
export const isWebhookRoute = (pattern: string | undefined): boolean => pattern?.startsWith('/webhooks/') === true;

export const isWebhook = (request: FastifyRequest): boolean => isWebhookRoute(request.routeOptions.url);

const ANY_TYPE = 'application/octet-stream';

/** Fastify takes at least these. */
const WELL_FORMED = /^[\w.+-]+\/[\w.+-]+(?: *; *[\w-]+=[\w.-]+)*$/;

declare module 'fastify' {
  interface FastifyRequest {
    /** The type of a webhook's body while Fastify must not see it. */
    hiddenType: string | undefined;
  }
}

/**
 * Hides the malformed type of a webhook from Fastify, which refuses it before any parser or handler sees it: a sender that
 * writes the type twice or wrongly signs its bytes all the same. The type shows again once the body is read. Only here:
 * elsewhere the type decides how a body is read, and a malformed one must not pass.
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

/** The address of a webhook may be entered with a slash at its end. No other route is known by two addresses. */
export const withoutSlashAtEnd = ({ url = '/' }: IncomingMessage): string =>
  url.startsWith('/webhooks/') ? url.replace(SLASH_AT_END, '$1') : url;
