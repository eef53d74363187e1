import { Injectable, Logger } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import { userChannel } from '../../access/public/user-channel.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import type { Principal } from '../../identity/public/principal.js';
import { TidingsError } from '../../platform/errors.js';
import { closingForError } from '../protocol/closing-for-error.js';
import { ChannelHub } from '../channels/channel-hub.js';
import { channelForbidden, connectionUnavailable } from '../protocol/realtime.errors.js';
import { PING_MS } from '../connections/heartbeat.js';
import { Connection } from '../connections/connection.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';
import { Subscribe, type SubscribeRequest } from '../commands/subscribe.js';
import type { LastEventId } from './last-event-id.js';
import type { SseTransport } from './sse-transport.js';

/** What a client asks a stream for. */
export interface OpenStreamRequest {
  readonly channels: readonly string[];
  readonly resume: LastEventId | undefined;
}

/** Lets a stream in, as `Connect` does a socket, and subscribes it to everything that it will ever follow. */
@Injectable()
export class OpenStream {
  private readonly logger = new Logger(OpenStream.name);

  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly authenticate: Authenticate,
    private readonly access: Access,
    private readonly hub: ChannelHub,
    private readonly subscribe: Subscribe,
  ) {}

  /**
   * Counts the stream in.
   * @param network as `Doorkeeper.admit` has found it
   * @throws `connection.too-many` when the user has as many as one can have
   */
  enter(transport: SseTransport, principal: Principal, network: string): Connection<SseTransport> {
    const connection = new Connection(transport);
    connection.authenticated(principal);
    this.connections.addPending(connection, network);
    this.connections.admit(connection);
    return connection;
  }

  /**
   * @throws `channel.forbidden` when the user may read none of the channels, `connection.unavailable`, and what
   *   `Authenticate` throws, as long as nothing was written; later the stream itself tells of it
   */
  async run(connection: Connection<SseTransport>, request: OpenStreamRequest): Promise<void> {
    if (!connection.isOpen) return;
    const { transport } = connection;
    try {
      await this.follow(connection, request);
    } catch (error) {
      if (transport.hasBegun) connection.sendError(error);
      connection.close(closingForError(error));
      if (!transport.hasBegun) throw error;
      if (!(error instanceof TidingsError)) this.logger.error({ msg: 'opening a stream failed', err: error });
    }
  }

  private async follow(connection: Connection<SseTransport>, { channels, resume }: OpenStreamRequest): Promise<void> {
    const { principal, transport } = connection;
    // Disabled or logged out since the first look, but before those who close sessions could find this one.
    await this.authenticate.refreshPrincipal(principal);
    const requests = await this.requests(principal, channels, resume);
    if (!connection.isOpen) throw connectionUnavailable();
    transport.tellOf(connection.subscriptions);
    connection.send('connected', { userId: principal.userId, sessionId: connection.id, heartbeatMs: PING_MS });
    const followed = await this.subscribe.run(connection, requests);
    transport.settle();
    for (const channel of channels) {
      if (!followed.includes(channel)) connection.send('subscription:revoked', { channel, reason: 'permission' });
    }
  }

  /** Only of channels that the user may read: to look at the others would make them. */
  private async requests(
    principal: Principal,
    channels: readonly string[],
    resume: LastEventId | undefined,
  ): Promise<SubscribeRequest[]> {
    const all = [...new Set([userChannel(principal.userId), ...channels])];
    const readable = await this.access.readableChannels(principal, all);
    if (channels.length > 0 && !channels.some((channel) => readable.has(channel))) throw channelForbidden();
    return Promise.all(
      all
        .filter((channel) => readable.has(channel))
        .map(async (channel) => {
          const { state } = await this.hub.open(channel);
          return { channel, position: resume?.positionIn(state.epoch) };
        }),
    );
  }
}
