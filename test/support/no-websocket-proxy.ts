import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A corporate proxy that forwards requests but rejects upgrades. */
export class NoWebSocketProxy {
  refusedUpgrades = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(targetUrl: string): Promise<NoWebSocketProxy> {
    const server = createServer((incoming, outgoing) => {
      const { method, headers, url = '/' } = incoming;
      const onward = request(new URL(url, targetUrl), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        outgoing.on('close', () => answer.destroy());
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = new NoWebSocketProxy(server, `http://127.0.0.1:${port}`);
    server.on('upgrade', (_request, socket) => {
      proxy.refusedUpgrades++;
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    });
    return proxy;
  }

  /** Closes all connections and accepts new ones, like a restart. */
  cut(): void {
    this.server.closeAllConnections();
  }

  stop(): void {
    this.server.close();
    this.cut();
  }
}
