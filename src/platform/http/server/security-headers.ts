import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import { isWebhook } from '../api/webhook-route.js';

const directives = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  connectSrc: ["'self'", 'ws:', 'wss:'],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  // The dashboard's page names the path below which it is served.
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/**
 * Pages may run only scripts of this origin, and no inline scripts. Plain http is allowed: TLS ends at a proxy, and
 * development has none.
 */
const securityHeaders: HelmetOptions = {
  xFrameOptions: { action: 'deny' },
  // Subdomains are the operator's decision.
  strictTransportSecurity: { includeSubDomains: false },
  contentSecurityPolicy: { useDefaults: false, directives },
};

/** Swagger UI uses inline styles. */
const docsHeaders: HelmetOptions = {
  ...securityHeaders,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { ...directives, styleSrc: ["'self'", "'unsafe-inline'"] },
  },
};

/** Made once: the plugin for Fastify composes them for each request, which took 5 % of the CPU of an API call. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  const [headers, headersOfDocs] = [helmet(securityHeaders), helmet(docsHeaders)];
  fastify.addHook('onRequest', (request, reply, done) => {
    // These headers are for browsers, and on the webhook path they would cost more than the response itself.
    if (isWebhook(request)) return done();
    const isOfDocs = request.routeOptions.url?.startsWith('/docs') === true;
    return (isOfDocs ? headersOfDocs : headers)(request.raw, reply.raw, () => done());
  });
}
