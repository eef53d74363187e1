import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { ChannelLog } from './channel-log.js';
import { eventually, SOON_MS } from './expect.js';
import { Peer, type Answering } from './peer.js';

export const USER_ID = '0199d2a0-0000-7000-8000-00000000aaaa';
const WORKSPACE_ID = '0199d2a0-0000-7000-8000-00000000bbbb';
/** The channels of every scenario. */
export const FIRST = `webhooks:${WORKSPACE_ID}`;
export const SECOND = `topic:${WORKSPACE_ID}/orders`;
const HEARTBEAT_MS = 25_000;

/** A server on the loopback interface that speaks docs/protocol.md, and whose failures a scenario directs. */
export class LoopbackServer {
  readonly peers: Peer[] = [];
  readonly issued: string[] = [];
  /** How long the tokens are valid that it gives out. */
  tokenSeconds = 3_600;
  /** Answers frames instead of the usual answers. */
  answering: Answering = () => false;
  /** Decides about a new connection. @returns whether it has been dealt with, so that it is not greeted */
  greeting: (peer: Peer, place: number) => boolean = () => false;
  private readonly logs = new Map([FIRST, SECOND].map((channel) => [channel, new ChannelLog(channel)]));
  private readonly sockets: WebSocketServer;

  private constructor(private readonly http: Server) {
    this.sockets = new WebSocketServer({
      server: http,
      path: '/ws',
      perMessageDeflate: false,
      handleProtocols: chooseProtocol,
    });
    this.sockets.on('connection', (socket, request) => this.accept(socket, request));
    http.on('request', (request, response) => this.handle(request, response));
  }

  static async start(): Promise<LoopbackServer> {
    const http = createServer();
    const server = new LoopbackServer(http);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  log(channel: string): ChannelLog {
    const log = this.logs.get(channel);
    if (log === undefined) throw new Error(`There is no log of ${channel}.`);
    return log;
  }

  /** Appends events to a channel and sends them to its subscribers. */
  publish(channel: string, count: number, payload: unknown = { title: 'conformance' }): void {
    const events = this.log(channel).append(count, payload);
    for (const peer of this.peers) if (peer.isOpen) peer.push(events);
  }

  /** Waits for the connection with this number, from 1 on. */
  peer(place: number, withinMs = SOON_MS): Promise<Peer> {
    const missing = () => `The client made ${this.peers.length} connections; ${place} were expected in ${withinMs} ms.`;
    return eventually(missing, () => this.peers[place - 1], withinMs);
  }

  stop(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.close();
    this.http.closeAllConnections();
  }

  private accept(socket: WebSocket, request: IncomingMessage): void {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    const peer = new Peer(socket, tokenOf(request, protocols), protocols, this.logs, () => this.answering);
    this.peers.push(peer);
    if (this.greeting(peer, this.peers.length)) return;
    const sessionId = `session-${this.peers.length}`;
    peer.send('connected', { userId: USER_ID, sessionId, heartbeatMs: HEARTBEAT_MS });
    peer.send('subscribed', { channel: `user:${USER_ID}`, epoch: 'user-epoch-1', offset: 0, recovered: false });
  }

  private handle({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const isToken = url.split('?')[0] === '/token';
    response.writeHead(isToken ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isToken ? { token: this.issue(), expiresIn: this.tokenSeconds } : {}));
  }

  /** A JSON web token that only this server accepts: it has no signature. */
  private issue(): string {
    const exp = Math.floor(Date.now() / 1_000) + this.tokenSeconds;
    const token = `${part({ alg: 'none' })}.${part({ sub: USER_ID, exp, jti: this.issued.length })}.none`;
    this.issued.push(token);
    return token;
  }
}

const chooseProtocol = (offered: ReadonlySet<string>) => (offered.has('tidings.v1') ? 'tidings.v1' : false);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The places where a client may put its credential. */
function tokenOf({ url = '', headers }: IncomingMessage, protocols: readonly string[]): string | undefined {
  const bearer = protocols.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
  const header = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? header ?? new URL(url, 'http://localhost').searchParams.get('token') ?? undefined;
}
