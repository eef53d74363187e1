import { Buffer } from 'node:buffer';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TidingsError } from '../../platform/errors.js';
import type { Origins } from '../../platform/http/server/origins.js';
import { PROBLEM_TYPE, problemOf } from '../../platform/http/api/problem.js';

/** @returns undefined for an address that is none */
export function pathOf(request: IncomingMessage): string | undefined {
  const address = request.url ?? '';
  return URL.canParse(address, 'ws://host') ? new URL(address, 'ws://host').pathname : undefined;
}

/** No page can set this header on a socket. Basic doesn't count: browsers add that by themselves. */
const BEARER = /^Bearer +\S/i;

/**
 * A browser always says which page opens the socket. A client that says nothing is no browser, and its credential is
 * explicit: there are no cookies here that a foreign page could ride on. Native apps name an origin that means nothing.
 */
export function isAllowedOrigin(request: IncomingMessage, origins: Origins): boolean {
  const { origin, authorization = '' } = request.headers;
  return origin === undefined || BEARER.test(authorization) || origins.allows(origin, request);
}

/** Answers instead of the upgrade, in the words of the rest of the API. */
export function refuse(wire: Duplex, error: TidingsError): void {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const retry = error.retryAfterSeconds === undefined ? '' : `Retry-After: ${error.retryAfterSeconds}\r\n`;
  wire.once('finish', () => wire.destroy());
  wire.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\n${retry}` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
