import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';

/** Time that a new connection has to send its first bytes once the server closes. */
const BEGIN_MS = 1_000;

/**
 * A closing server waits for connections that have not sent a request, and Node no longer times them out by then.
 * Browsers open such connections in advance, so they are closed here.
 */
export function closeSilentConnections(fastify: FastifyInstance): void {
  const open = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  fastify.addHook('preClose', (done) => {
    setTimeout(() => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    }, BEGIN_MS).unref();
    done();
  });
}
