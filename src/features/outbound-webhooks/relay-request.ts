import type { ReceivedContent } from '../../webhooks/public/delivery-content.js';

/** The URL of a relayed webhook by GET: that of the endpoint with the query of the sender. */
export function withQuery(endpointUrl: string, query: string): string {
  const url = new URL(endpointUrl);
  url.search = [url.search, query].filter(Boolean).join('&');
  return url.href;
}

/** Headers of the connection from the sender to this service, which mean nothing to the endpoint. */
const OF_THE_CONNECTION = new Set([
  'host',
  'content-length',
  'accept-encoding',
  'expect',
  'forwarded',
  'keep-alive',
  'te',
  'trailer',
  'via',
]);

/**
 * The headers of a relayed webhook: those of the sender, so that the endpoint can verify the sender's signature, and
 * this service's own. Where the sender uses the names of Standard Webhooks itself, its headers stay as they are and the
 * own ones get the prefix `tidings-`.
 */
export function relayHeaders(
  { headers }: ReceivedContent,
  own: Readonly<Record<string, string>>,
  deliveryId: string,
): Record<string, string> {
  const received = Object.entries(headers).filter(
    ([name]) => !OF_THE_CONNECTION.has(name) && !/^(?:x-forwarded-|x-real-ip$|tidings-)/.test(name),
  );
  const taken = received.some(([name]) => name in own);
  const signed = Object.entries(own).map(([name, value]) => [taken ? `tidings-${name}` : name, value]);
  return { ...Object.fromEntries(received), ...Object.fromEntries(signed), 'tidings-delivery-id': deliveryId };
}
