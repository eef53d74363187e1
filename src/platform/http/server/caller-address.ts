import proxyAddr from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * Reads the network address of a caller before there is a request of the framework: the same as its `request.ip`,
 * X-Forwarded-For believed of the proxies in TRUST_PROXY only. Empty for a caller that has left already.
 */
export function addressReader(trustProxy: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = proxyAddr.compile([...trustProxy]);
  return (request) => {
    // A socket that has been reset has none any more, whatever the types say.
    const address: string | undefined = proxyAddr(request, isTrusted);
    return plainAddress(address ?? '');
  };
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** A server that listens on IPv6 and IPv4 with one socket sees IPv4 callers at addresses of IPv6. */
export const plainAddress = (address: string): string => MAPPED.exec(address)?.[1] ?? address;

/** What counts as one caller: whoever has one IPv6 address has all of its /64. */
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
