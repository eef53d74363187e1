import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { isWebhookRoute } from '../api/webhook-route.js';

const directives = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  connectSrc: ["'self'", 'ws:', 'wss:'],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/**
 * Pages of ours run scripts of ours only, and none that stand in the page itself. Plain http is allowed on purpose: TLS
 * ends at a proxy, and on a developer's machine there is none.
 */
const securityHeaders: FastifyHelmetOptions = {
  xFrameOptions: { action: 'deny' },
  // Whether the operator's other hosts are ready for it is not ours to say.
  strictTransportSecurity: { includeSubDomains: false },
  contentSecurityPolicy: { useDefaults: false, directives },
};

/** Swagger's page sets styles in its elements. */
const docsHeaders: FastifyHelmetOptions = {
  ...securityHeaders,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { ...directives, styleSrc: ["'self'", "'unsafe-inline'"] },
  },
};

/** Must come before the routes. */
export async function addSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  fastify.addHook('onRoute', (route) => {
    if (isWebhookRoute(route.url)) {
      // The headers are for browsers; on the accept path they would cost more than the answer.
      route.helmet = false;
    } else if (route.url.startsWith('/docs')) route.helmet = docsHeaders;
  });
  await fastify.register(helmet, securityHeaders);
}
