import { Buffer } from 'node:buffer';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TidingsError } from '../../platform/errors.js';
import type { Origins } from '../../platform/http/server/origins.js';
import { PROBLEM_TYPE, problemOf } from '../../platform/http/api/problem.js';

/** @returns undefined for an invalid URL */
export function pathOf(request: IncomingMessage): string | undefined {
  const url = request.url ?? '';
  return URL.canParse(url, 'ws://host') ? new URL(url, 'ws://host').pathname : undefined;
}

/** Pages can't set this header on a WebSocket. Basic doesn't count, because browsers add it on their own. */
const BEARER = /^Bearer +\S/i;

/**
 * Browsers always send the page's origin. Without an origin, or with a bearer token, the credential is explicit: there
 * are no cookies that a foreign page could abuse. Native apps may send arbitrary origins.
 */
export function isAllowedOrigin(request: IncomingMessage, origins: Origins): boolean {
  const { origin, authorization = '' } = request.headers;
  return origin === undefined || BEARER.test(authorization) || origins.allows(origin, request);
}

/** Answers the upgrade request with a problem document. */
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
