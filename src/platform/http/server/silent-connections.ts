import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';

/** How long a client that has just connected has to begin, once the server closes. */
const BEGIN_MS = 1_000;

/**
 * A server that closes waits for connections on which nothing has been asked yet, and Node has stopped by then to look for
 * those that never ask. Browsers make some in advance: they are let go.
 */
export function letGoOfSilentConnections(fastify: FastifyInstance): void {
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
