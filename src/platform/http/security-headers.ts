import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Pages of ours run scripts of ours only, and none that stand in the page itself. Plain http is allowed on purpose: TLS
 * ends at a proxy, and on a developer's machine there is none.
 */
export const contentSecurityPolicy: FastifyHelmetOptions['contentSecurityPolicy'] = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    connectSrc: ["'self'", 'ws:', 'wss:'],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};
