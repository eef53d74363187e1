import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy as in some companies: it passes everything on but an upgrade. */
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

  /** Ends what is under way and lets new ones in, as when the machine restarts. */
  cut(): void {
    this.server.closeAllConnections();
  }

  stop(): void {
    this.server.close();
    this.cut();
  }
}
