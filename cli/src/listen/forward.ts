import type { components } from '@tidings/server';
import { request as requestHttp, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';

export type StoredRequest = components['schemas']['DeliveryRequests']['items'][number];

/** The answer of the local server, or the failure to get one. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly ms: number; readonly answer: Answered }
  /** No connection: the local server has not seen the request. */
  | { readonly kind: 'down'; readonly reason: string }
  /** The connection ended before an answer: the local server may have seen the request. */
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly ms: number };

export interface Answered {
  readonly headers: IncomingMessage['headers'];
  /** The first 4 KiB. */
  readonly body: string;
}

export interface ForwardOptions {
  readonly timeoutMs: number;
  /** Added, or in place of a header of the sender. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The connection to the local server is another one than that of the sender, so these mean nothing there. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'host',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'expect',
  'forwarded',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'via',
]);
const KEPT_BYTES = 4_096;

/** Sends a delivery with the method, the headers and the bytes of its sender, over a connection of its own. */
export function forward(url: URL, request: StoredRequest, options: ForwardOptions): Promise<Outcome> {
  const body = Buffer.from(request.body, request.bodyEncoding);
  const isGet = request.method === 'GET';
  const address = new URL(url);
  if (isGet) address.search = [address.search.slice(1), body.toString()].filter(Boolean).join('&');
  const begin = performance.now();
  const send = address.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const outgoing = send(address, {
      method: request.method,
      headers: headersOf(request, isGet ? undefined : body.length, options.headers),
      agent: false,
      timeout: options.timeoutMs,
    });
    settle(outgoing, begin, resolve);
    outgoing.end(isGet ? undefined : body);
  });
}

function headersOf({ id, headers }: StoredRequest, length: number | undefined, own: ForwardOptions['headers']) {
  const kept = Object.entries(headers).filter(
    ([name]) => !OF_THE_CONNECTION.has(name) && !/^(?:x-forwarded-|x-real-ip$|tidings-)/.test(name),
  );
  const all: OutgoingHttpHeaders = { ...Object.fromEntries(kept), ...own, 'tidings-delivery-id': id };
  return length === undefined ? all : { ...all, 'content-length': length };
}

function settle(outgoing: ClientRequest, begin: number, resolve: (outcome: Outcome) => void): void {
  let isConnected = false;
  const elapsed = () => Math.round(performance.now() - begin);
  outgoing.on('socket', (socket) => socket.once('connect', () => (isConnected = true)));
  outgoing.on('timeout', () => {
    resolve({ kind: 'timeout', ms: elapsed() });
    outgoing.destroy();
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) =>
    resolve({ kind: isConnected ? 'lost' : 'down', reason: error.code ?? error.message }),
  );
  outgoing.on('response', (response) => {
    const { statusCode: status = 0, headers } = response;
    const ms = elapsed();
    let body = '';
    const done = () => resolve({ kind: 'answered', status, ms, answer: { headers, body } });
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (body = (body + chunk).slice(0, KEPT_BYTES)));
    response.on('end', done);
    // The status is the answer, whatever becomes of the body.
    response.on('error', done);
    response.on('close', done);
  });
}
