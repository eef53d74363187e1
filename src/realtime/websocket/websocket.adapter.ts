import type { INestApplication, WebSocketAdapter, WsMessageHandler } from '@nestjs/common';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Config } from '../../platform/config/config.js';
import { TidingsError } from '../../platform/errors.js';
import { Origins } from '../../platform/http/server/origins.js';
import { ambiguityOf } from '../../platform/http/server/ambiguous-headers.js';
import { requestInvalid, routeNotFound } from '../../platform/http/api/problem.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { declaredRelays } from '../public/define-relay.js';
import { FeatureSocket } from '../public/feature-socket.js';
import { SocketPaths, type SocketPath } from '../public/socket-paths.js';
import { RunCommand } from '../commands/run-command.js';
import { RelayFrames } from '../relays/relay-frames.js';
import { originForbidden } from '../protocol/realtime.errors.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import { ConnectionLimits } from '../connections/connection-limits.js';
import { BinaryTransport } from './binary-transport.js';
import { FrameQueue, type FrameHandler } from './frame-queue.js';
import { Connection } from '../connections/connection.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';
import { FrameTransport } from './frame-transport.js';
import { isAllowedOrigin, pathOf, refuse } from './upgrade.js';

/** The subprotocol that the server selects. Never `bearer.<jwt>`, since a credential must not be echoed. */
const PROTOCOL = 'tidings.v1';

/** Distinct from the 'connection' event of ws, which carries a WebSocket instead of a Connection. */
const CONNECTED = 'tidings-connection';

const chooseProtocol = (offered: Set<string>): string | false => (offered.has(PROTOCOL) ? PROTOCOL : false);

type SocketConnection = Connection<FrameTransport>;

const LIMITS = {
  maxPayload: 64 * 1024,
  maxFragments: 256,
  maxBufferedChunks: 1_024,
  perMessageDeflate: false,
  /** Off, because automatic pongs to a client that doesn't read would fill the memory. */
  autoPong: false,
  /** Milliseconds that a client has to answer a close frame. */
  closeTimeout: 3_000,
};

/**
 * Serves Nest's gateways with ws on the port of the HTTP server. It alone handles the upgrade event: other paths belong
 * to other gateways, for which Nest calls `create`, or to features through SocketPaths.
 */
export class RealtimeAdapter implements WebSocketAdapter<WebSocketServer, SocketConnection> {
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
    listener: (connection: SocketConnection, request: IncomingMessage) => void,
  ): void {
    server.on(CONNECTED, listener);
  }

  bindClientDisconnect(connection: SocketConnection, listener: () => void): void {
    connection.onClose(listener);
  }

  bindMessageHandlers(connection: SocketConnection, handlers: WsMessageHandler[]): void {
    const relayTypes = (this.relayTypes ??= new Set(declaredRelays().map(({ type }) => type)));
    const relays = this.app.get(RelayFrames, { strict: false });
    const commands = this.app.get(RunCommand, { strict: false });
    // Searches Nest's own list of handlers: a map per socket would cost half a kilobyte each.
    const handlerOf = (type: string): FrameHandler | undefined =>
      handlers.find(({ message }) => message === type)?.callback ??
      (relayTypes.has(type) ? (frame) => relays.run(connection, frame) : undefined) ??
      (commands.handles(type) ? (frame) => commands.run(connection, frame) : undefined);
    const budget = this.app.get(ConnectionRegistry, { strict: false });
    const queue = new FrameQueue(connection, handlerOf, this.app.get(RealtimeMetrics, { strict: false }), budget);
    connection.transport.onMessage((data, isBinary) => queue.receive(data, isBinary));
    connection.transport.onPing((data) => queue.receivePing(data));
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
    // Node has removed its own listener, and an unhandled error would end the process.
    wire.on('error', () => wire.destroy());
    try {
      this.accept(request, wire, head);
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error;
      refuse(wire, error);
    }
  }

  private accept(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    const ambiguity = ambiguityOf(request.rawHeaders);
    if (ambiguity !== undefined) throw requestInvalid(ambiguity);
    const path = pathOf(request);
    if (path === undefined) throw requestInvalid();
    const feature = this.app.get(SocketPaths, { strict: false }).at(path);
    const server = feature === undefined ? this.servers.get(path) : this.serverOf(feature);
    if (server === undefined) throw routeNotFound();
    if (!isAllowedOrigin(request, this.origins)) throw originForbidden();
    const client = this.app.get(ConnectionLimits, { strict: false }).admit(request);
    server.handleUpgrade(request, wire, head, (socket) => {
      const connections = this.app.get(ConnectionRegistry, { strict: false });
      if (feature !== undefined) {
        const connection = new Connection(new BinaryTransport(socket, wire));
        connections.addPending(connection, client);
        const fence = this.app.get(FenceNode, { strict: false });
        return feature.accept(new FeatureSocket(connection, connections, fence, feature.maxBufferedBytes), request);
      }
      const connection = new Connection(new FrameTransport(socket, wire));
      connections.addPending(connection, client);
      server.emit(CONNECTED, connection, request);
    });
  }

  private serverOf({ path, maxMessageBytes }: SocketPath): WebSocketServer {
    const server =
      this.featureServers.get(path) ??
      new WebSocketServer({
        ...LIMITS,
        maxPayload: maxMessageBytes,
        // Scales with the message size; network packets are larger than this.
        maxBufferedChunks: Math.max(LIMITS.maxBufferedChunks, Math.ceil(maxMessageBytes / 1_024)),
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
