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
 * Pages may run only scripts of this origin, and no inline scripts. Plain http is allowed: TLS ends at a proxy, and
 * development has none.
 */
const securityHeaders: FastifyHelmetOptions = {
  xFrameOptions: { action: 'deny' },
  // Subdomains are the operator's decision.
  strictTransportSecurity: { includeSubDomains: false },
  contentSecurityPolicy: { useDefaults: false, directives },
};

/** Swagger UI uses inline styles. */
const docsHeaders: FastifyHelmetOptions = {
  ...securityHeaders,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { ...directives, styleSrc: ["'self'", "'unsafe-inline'"] },
  },
};

/** Must be called before routes are registered. */
export async function addSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  fastify.addHook('onRoute', (route) => {
    if (isWebhookRoute(route.url)) {
      // These headers are for browsers, and on the webhook path they would cost more than the response itself.
      route.helmet = false;
    } else if (route.url.startsWith('/docs')) route.helmet = docsHeaders;
  });
  await fastify.register(helmet, securityHeaders);
}
