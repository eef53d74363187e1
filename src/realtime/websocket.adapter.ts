import type { INestApplication, WebSocketAdapter, WsMessageHandler } from '@nestjs/common';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Config } from '../platform/config/config.js';
import { TidingsError } from '../platform/errors/define-error.js';
import { Origins } from '../platform/http/origins.js';
import { requestInvalid, routeNotFound } from '../platform/http/problem.js';
import { FenceNode } from '../platform/fence/fence-node.js';
import { declaredRelays } from './contracts/define-relay.js';
import { FeatureSocket } from './contracts/feature-socket.js';
import { SocketPaths, type SocketPath } from './contracts/socket-paths.js';
import { RelayFrames } from './ephemeral/relay-frames.js';
import { originForbidden } from './realtime.errors.js';
import { RealtimeMetrics } from './realtime.metrics.js';
import { Doorkeeper } from './sockets/doorkeeper.js';
import { FeatureLine } from './sockets/feature-line.js';
import { FrameQueue, type FrameHandler } from './sockets/frame-queue.js';
import { Session } from './sockets/session.js';
import { Sessions } from './sockets/sessions.js';
import { WebSocketLine } from './sockets/websocket-line.js';
import { isAllowedOrigin, pathOf, refuse } from './sockets/upgrade.js';

/** What the server chooses of the subprotocols offered: never the `bearer.<jwt>` beside it, a credential is not echoed. */
const PROTOCOL = 'tidings.v1';

/** Not ws's own 'connection': what is announced is a session. */
const CONNECTED = 'session';

const chooseProtocol = (offered: Set<string>): string | false => (offered.has(PROTOCOL) ? PROTOCOL : false);

type SocketSession = Session<WebSocketLine>;

const LIMITS = {
  maxPayload: 64 * 1024,
  maxFragments: 256,
  maxBufferedChunks: 1_024,
  perMessageDeflate: false,
  /** Answered by ws itself, the pings of a client that doesn't read would fill our memory. */
  autoPong: false,
  /** Milliseconds that a client has to answer a close frame. */
  closeTimeout: 3_000,
};

/**
 * Nest's gateways on ws, on the port of the HTTP server. It alone owns the upgrade event: another path is served by
 * another gateway, for which Nest calls `create` with that path, or by a feature through SocketPaths.
 */
export class RealtimeAdapter implements WebSocketAdapter<WebSocketServer, SocketSession> {
  private readonly servers = new Map<string, WebSocketServer>();
  private readonly featureServers = new Map<string, WebSocketServer>();
  private readonly origins: Origins;
  private relayTypes: ReadonlySet<string> | undefined;
  private readonly onUpgrade = (request: IncomingMessage, wire: Duplex, head: Buffer) =>
    this.upgrade(request, wire, head);

  constructor(private readonly app: INestApplication) {
    this.origins = new Origins(app.get(Config));
  }

  create(_port: number, { path }: { readonly path: string }): WebSocketServer {
    if (this.servers.size === 0) this.http.on('upgrade', this.onUpgrade);
    const server = new WebSocketServer({
      ...LIMITS,
      noServer: true,
      handleProtocols: chooseProtocol,
    });
    this.servers.set(path, server);
    return server;
  }

  bindClientConnect(
    server: WebSocketServer,
    listener: (session: SocketSession, request: IncomingMessage) => void,
  ): void {
    server.on(CONNECTED, listener);
  }

  bindClientDisconnect(session: SocketSession, listener: () => void): void {
    session.onClose(listener);
  }

  bindMessageHandlers(session: SocketSession, handlers: WsMessageHandler[]): void {
    const relayTypes = (this.relayTypes ??= new Set(declaredRelays().map(({ type }) => type)));
    const relays = this.app.get(RelayFrames, { strict: false });
    // Looked up in what Nest has made for this socket already: a map of its own for each is half a kilobyte of them.
    const handlerOf = (type: string): FrameHandler | undefined =>
      handlers.find(({ message }) => message === type)?.callback ??
      (relayTypes.has(type) ? (frame) => relays.run(session, frame) : undefined);
    const budget = this.app.get(Sessions, { strict: false });
    const queue = new FrameQueue(session, handlerOf, this.app.get(RealtimeMetrics, { strict: false }), budget);
    session.line.onMessage((data, isBinary) => queue.receive(data, isBinary));
    session.line.onPing((data) => queue.receivePing(data));
  }

  async close(server: WebSocketServer): Promise<void> {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }

  async dispose(): Promise<void> {
    this.http.off('upgrade', this.onUpgrade);
    await Promise.all([...this.featureServers.values()].map((server) => this.close(server)));
  }

  private upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    // Node has taken its own listener off: a client that vanishes now would end the process.
    wire.on('error', () => wire.destroy());
    try {
      this.letIn(request, wire, head);
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error;
      refuse(wire, error);
    }
  }

  private letIn(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    const path = pathOf(request);
    if (path === undefined) throw requestInvalid();
    const feature = this.app.get(SocketPaths, { strict: false }).at(path);
    const server = feature === undefined ? this.servers.get(path) : this.serverOf(feature);
    if (server === undefined) throw routeNotFound();
    if (!isAllowedOrigin(request, this.origins)) throw originForbidden();
    const network = this.app.get(Doorkeeper, { strict: false }).admit(request);
    server.handleUpgrade(request, wire, head, (socket) => {
      const sessions = this.app.get(Sessions, { strict: false });
      if (feature !== undefined) {
        const session = new Session(new FeatureLine(socket, wire));
        sessions.addPending(session, network);
        const fence = this.app.get(FenceNode, { strict: false });
        return feature.accept(new FeatureSocket(session, sessions, fence, feature.mostUnsentBytes), request);
      }
      const session = new Session(new WebSocketLine(socket, wire));
      sessions.addPending(session, network);
      server.emit(CONNECTED, session, request);
    });
  }

  private serverOf({ path, mostMessageBytes }: SocketPath): WebSocketServer {
    const server =
      this.featureServers.get(path) ??
      new WebSocketServer({
        ...LIMITS,
        maxPayload: mostMessageBytes,
        // A packet of a network carries more than that.
        maxBufferedChunks: Math.max(LIMITS.maxBufferedChunks, Math.ceil(mostMessageBytes / 1_024)),
        noServer: true,
        handleProtocols: chooseProtocol,
      });
    this.featureServers.set(path, server);
    return server;
  }

  private get http(): Server {
    return this.app.getHttpServer();
  }
}
