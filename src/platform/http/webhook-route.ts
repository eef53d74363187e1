import type { FastifyRequest } from 'fastify';

/** The one kind of route where a stranger sends any bytes at all, thousands of times a second. */
export const isWebhookRoute = (pattern: string | undefined): boolean => pattern?.startsWith('/webhooks/') === true;

export const isWebhook = (request: FastifyRequest): boolean => isWebhookRoute(request.routeOptions.url);
