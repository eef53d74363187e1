import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that can stop forwarding without closing, like a network that fails silently. */
export interface StallingProxy {
  readonly port: number;
  stall(): void;
  resume(): void;
  /** Closes open connections; new ones get no answer until `resume`. */
  hangConnects(): void;
  /** Stops forwarding on open connections without closing them. New ones work. */
  strand(): void;
  stop(): Promise<void>;
}

export async function startStallingProxy(target: { host: string; port: number }): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let stalled = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (stalled) socket.pause();
    return socket;
  };
  const server = createServer((near) => {
    const far = keep(connect(target.port, target.host));
    keep(near);
    near.on('data', (chunk) => void far.write(chunk)).on('close', () => far.destroy());
    far.on('data', (chunk) => void near.write(chunk)).on('close', () => near.destroy());
    if (stalled) for (const socket of [near, far]) socket.pause();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    hangConnects() {
      stalled = true;
      for (const socket of sockets) socket.destroy();
    },
    resume() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    strand() {
      for (const socket of sockets) socket.pause();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
