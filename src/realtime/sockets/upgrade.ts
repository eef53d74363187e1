import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** @returns undefined for an address that is none */
export function pathOf(request: IncomingMessage): string | undefined {
  const address = request.url ?? '';
  return URL.canParse(address, 'ws://host') ? new URL(address, 'ws://host').pathname : undefined;
}

/**
 * A browser always says which page opens the socket. Who says nothing is no browser, and its credential is explicit:
 * there are no cookies here that a foreign page could ride on.
 */
export function isAllowedOrigin({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  return headers.origin === undefined || allowed.includes(headers.origin) || allowed.includes('*');
}

export function refuse(wire: Duplex, status: 400 | 403 | 404 | 503): void {
  const retry = status === 503 ? 'Retry-After: 1\r\n' : '';
  wire.once('finish', () => wire.destroy());
  wire.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n${retry}\r\n`);
}
