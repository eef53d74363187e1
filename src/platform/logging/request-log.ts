import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Level } from 'pino';
import type { Log } from './logger.js';
import type { Metrics } from '../metrics/metrics.js';

/**
 * Additional fields of a request's log line: ids, and code and reason of a rejection. The key of a source is a secret.
 */
export interface RequestNote {
  readonly deliveryId?: string;
  readonly sourceId?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly userId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** For the log. A WeakMap would burden the garbage collector at thousands of webhooks per second. */
    note: RequestNote | undefined;
  }
}

/** Adds fields to the log line of this request. */
export function noteOn(request: FastifyRequest, note: RequestNote): void {
  request.note = request.note === undefined ? note : { ...request.note, ...note };
}

/**
 * Logs one line and observes one duration per response. The route's pattern replaces the URL, which can contain keys,
 * tokens and other input.
 */
export function observeRequests(fastify: FastifyInstance, log: Log, metrics: Metrics): void {
  const durations = metrics.histogram({
    name: 'tidings_http_request_duration_seconds',
    help: 'Time from the request headers to the end of the response.',
    labels: ['method', 'route', 'status'],
  });
  fastify.decorateRequest('note', undefined);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unmatched';
    const status = reply.statusCode;
    // The duration of a stream is the client's choice.
    if (!isStream(reply)) durations.observe({ method, route, status }, reply.elapsedTime / 1_000);
    const level = levelOf(route, status);
    if (log.isLevelEnabled(level)) log[level](lineOf(request, reply, route), 'request');
    done();
  });
}

const isStream = ({ raw }: FastifyReply): boolean =>
  String(raw.getHeader('content-type')).startsWith('text/event-stream');

/** Webhooks and probes are too frequent for info lines; the log names deliveries in batches. */
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
