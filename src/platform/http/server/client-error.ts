import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problemOfDefinition, problemOfStatus, requestInvalid } from '../api/problem.js';

/** For a URL that the router rejects: invalid percent-encoding, or a segment that is too long. Always 400. */
export function answerUnroutable(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOfDefinition(requestInvalid.definition);
  void reply
    .status(problem.status)
    .header('content-type', PROBLEM_TYPE)
    .header('x-content-type-options', 'nosniff')
    // As a string: error handlers and serializers of routes do not apply here.
    .send(JSON.stringify({ ...problem, requestId: request.id }));
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** For bytes that are not an HTTP request, or an incomplete one that timed out. The connection is closed. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = STATUS_BY_CODE[error.code ?? ''] ?? 400;
  const body = JSON.stringify(problemOfStatus(status));
  if (!socket.writable) return void socket.destroy();
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
