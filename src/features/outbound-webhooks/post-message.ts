import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { Metrics } from '../../platform/metrics/metrics.js';
import { traceOf } from '../../platform/events/logged-event.js';
import { OutboundRequests, type OutboundRequest } from '../../platform/http/outbound/outbound-requests.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { Tracing, type Span } from '../../platform/tracing/tracing.js';
import { DeliveryContent } from '../../webhooks/public/delivery-content.js';
import type { ClaimedMessage, ResponseExcerpt } from './message.store.js';
import { relayHeaders, withQuery } from './relay-request.js';
import { signedHeaders } from './sign-message.js';

const EXCERPT_BYTES = 4_096;
const USER_AGENT = 'Tidings (outbound webhooks)';

/** The response of an endpoint to a message. */
export interface PostResult {
  /** Null: no response. */
  readonly status: number | null;
  /** Null: the endpoint accepted the message. */
  readonly error: string | null;
  readonly retryAfterMs?: number | undefined;
  /** Null: no response. */
  readonly response: ResponseExcerpt | null;
}

/** The parts of a request; absent: a POST to the URL of the endpoint. */
type MessageContent = Pick<OutboundRequest, 'headers' | 'body'> & Partial<Pick<OutboundRequest, 'method' | 'url'>>;

/** Makes one attempt. Signs the message anew, since receivers reject old timestamps, and resolves the URL anew. */
@Injectable()
export class PostMessage {
  private readonly attempts;

  constructor(
    private readonly outbound: OutboundRequests,
    private readonly secretBox: SecretBox,
    private readonly deliveries: DeliveryContent,
    private readonly tracing: Tracing,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter({
      name: 'tidings_outbound_attempts_total',
      help: 'Requests to endpoints: `accepted` with 2xx, `refused` with another status, or `unanswered`.',
      labels: ['outcome'],
      startsWith: [{ outcome: 'accepted' }, { outcome: 'refused' }, { outcome: 'unanswered' }],
    });
  }

  /** Never throws: an error becomes the result. */
  async send(message: ClaimedMessage, signal: AbortSignal): Promise<PostResult> {
    const { url, timeoutMs } = message;
    const span = this.spanOf(message);
    try {
      const { headers, ...content } = await this.contentOf(message);
      const { status, retryAfterMs, ...rest } = await this.outbound.send({
        method: 'POST',
        url,
        ...content,
        headers: span === undefined ? headers : { ...headers, traceparent: span.trace },
        timeoutMs,
        signal,
        excerptBytes: EXCERPT_BYTES,
      });
      const isAccepted = status >= 200 && status < 300;
      this.attempts.inc({ outcome: isAccepted ? 'accepted' : 'refused' });
      span?.set({ 'http.request.method': content.method ?? 'POST', 'http.response.status_code': status });
      if (isAccepted) span?.end();
      else span?.fail(String(status));
      return { status, retryAfterMs, error: isAccepted ? null : `answered ${status}`, response: excerptOf(rest) };
    } catch (error) {
      this.attempts.inc({ outcome: 'unanswered' });
      span?.fail(error as Error);
      return { status: null, error: error instanceof Error ? error.message.slice(0, 500) : 'unknown', response: null };
    }
  }

  /** The body holds the event with its trace, also where a delivery is relayed in its place. */
  private spanOf({ id, url, body, attempts, endpointId, workspaceId }: ClaimedMessage): Span | undefined {
    const span = this.tracing.isOn ? this.tracing.continue('outbound attempt', 'client', traceOf(body)) : undefined;
    span?.set({
      // The path and the query may hold a secret.
      'server.address': new URL(url).hostname,
      'tidings.workspace_id': workspaceId,
      'tidings.endpoint_id': endpointId,
      'tidings.message_id': id,
      'tidings.attempt': attempts,
    });
    return span;
  }

  private async contentOf(message: ClaimedMessage): Promise<MessageContent> {
    const { id, workspaceId, deliveryId, endpointId, secrets } = message;
    const opened = secrets.map((sealed) => this.secretBox.open(sealed, endpointId));
    if (deliveryId === null) {
      const signed = signedHeaders(id, message.body, opened);
      const headers = { 'user-agent': USER_AGENT, ...this.headersOf(message), 'content-type': 'application/json' };
      return { headers: { ...headers, ...signed }, body: message.body };
    }
    const received = await this.deliveries.find(workspaceId, deliveryId);
    if (received === undefined) throw new Error('The delivery is no longer stored.');
    const relayed = relayHeaders(received, signedHeaders(id, received.body, opened), deliveryId);
    const headers = { ...relayed, ...this.headersOf(message) };
    if (received.method === 'POST') return { headers, body: received.body };
    return { method: 'GET', url: withQuery(message.url, received.body.toString('latin1')), headers, body: '' };
  }

  private headersOf({ endpointId, headerNames, sealedHeaders }: ClaimedMessage): Record<string, string> {
    const values = sealedHeaders.map((sealed) => this.secretBox.open(sealed, endpointId));
    return Object.fromEntries(headerNames.map((name, place) => [name.toLowerCase(), values[place] ?? '']));
  }
}

/** PostgreSQL stores no NUL. Cookies are not shown: they may be credentials. */
function excerptOf({ headers, body }: { headers: IncomingHttpHeaders; body: string }): ResponseExcerpt {
  const shown = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  const bounded = shown.slice(0, 50).map(([name, value]) => [name, String(value).slice(0, 500)]);
  return { headers: Object.fromEntries(bounded), body: body.replaceAll('\0', '\uFFFD') };
}
