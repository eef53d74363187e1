import proxyAddr from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * Reads the client address before the framework has a request. The result equals `request.ip`: X-Forwarded-For is
 * trusted only from proxies in TRUST_PROXY. Empty for a client that has already disconnected.
 */
export function addressReader(trustProxy: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = proxyAddr.compile([...trustProxy]);
  return (request) => {
    // A reset socket has no address, although the types say otherwise.
    const address: string | undefined = proxyAddr(request, isTrusted);
    return plainAddress(address ?? '');
  };
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** A dual-stack socket reports IPv4 clients as IPv4-mapped IPv6 addresses. */
export const plainAddress = (address: string): string => MAPPED.exec(address)?.[1] ?? address;

/** The unit for per-client limits: a client with one IPv6 address usually controls its whole /64. */
export function networkOf(caller: string): string {
  const address = plainAddress(caller);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
