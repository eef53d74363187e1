import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy that serves a server below a path: it strips the path and forwards requests and upgrades. */
export class PathProxy {
  /** The paths that clients asked for outside of the path. */
  readonly outside: string[] = [];
  private target = '';

  private constructor(
    private readonly server: Server,
    private readonly path: string,
  ) {}

  static async start(path: string): Promise<PathProxy> {
    const server = createServer();
    const proxy = new PathProxy(server, path);
    server.on('request', (incoming, outgoing) => {
      const onward = proxy.forward(incoming);
      if (onward === undefined) {
        outgoing.writeHead(404).end();
        return;
      }
      onward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        outgoing.on('close', () => answer.destroy());
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
      const onward = proxy.forward(incoming);
      if (onward === undefined) {
        socket.destroy();
        return;
      }
      onward.on('upgrade', (answer: IncomingMessage, upstream: Duplex) => {
        const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`);
        upstream.pipe(socket).pipe(upstream);
        for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].map((one) => one.destroy()));
      });
      onward.on('error', () => socket.destroy());
      onward.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The address of the server behind the proxy, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.path}`;
  }

  /** To be called before the first request. */
  to(target: string): void {
    this.target = target;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private forward({ method, headers, url = '/' }: IncomingMessage): ReturnType<typeof request> | undefined {
    if (url.startsWith(`${this.path}/`)) {
      return request(new URL(url.slice(this.path.length), this.target), { method, headers });
    }
    this.outside.push(url);
    return undefined;
  }
}
