import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Level } from 'pino';
import type { Log } from './logger.js';
import type { Metrics } from '../metrics/metrics.js';

/** What else a line about a request may name: ids, and of a refusal its code and reason. The key of a source is a secret. */
export interface RequestNote {
  readonly deliveryId?: string;
  readonly sourceId?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly userId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** For the log. A WeakMap would cost the garbage collector with each of thousands of webhooks. */
    note: RequestNote | undefined;
  }
}

/** Adds ids to the line that the log gets when this request is answered. */
export function noteOn(request: FastifyRequest, note: RequestNote): void {
  request.note = request.note === undefined ? note : { ...request.note, ...note };
}

/**
 * One line and one observation for each answer. The route's pattern stands for the address: an address carries keys,
 * tokens and what else a caller put into it.
 */
export function observeRequests(fastify: FastifyInstance, log: Log, metrics: Metrics): void {
  const durations = metrics.histogram({
    name: 'tidings_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labels: ['method', 'route', 'status'],
  });
  fastify.decorateRequest('note', undefined);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unmatched';
    const status = reply.statusCode;
    // A stream lasts for as long as its client stays: nobody waited for that.
    if (!isStream(reply)) durations.observe({ method, route, status }, reply.elapsedTime / 1_000);
    const level = levelOf(route, status);
    if (log.isLevelEnabled(level)) log[level](lineOf(request, reply, route), 'request');
    done();
  });
}

const isStream = ({ raw }: FastifyReply): boolean =>
  String(raw.getHeader('content-type')).startsWith('text/event-stream');

/** Thousands of webhooks a second, and probes for ever, are not worth a line each; the log names deliveries by batch. */
function levelOf(route: string, status: number): Level {
  if (status >= 500) return 'warn';
  if (route.startsWith('/webhooks/')) return status >= 400 ? 'warn' : 'debug';
  return route.startsWith('/health/') || route === '/metrics' ? 'debug' : 'info';
}

function lineOf(request: FastifyRequest, reply: FastifyReply, route: string) {
  return {
    requestId: request.id,
    method: request.method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ...request.note,
  };
}
