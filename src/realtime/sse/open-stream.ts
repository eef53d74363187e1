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
import { ConnectionRegistry, type ClientAddress } from '../connections/connection-registry.js';
import { Subscribe, type SubscribeRequest } from '../commands/subscribe.js';
import type { LastEventId } from './last-event-id.js';
import type { SseTransport } from './sse-transport.js';

/** A client's request for a stream. */
export interface OpenStreamRequest {
  readonly channels: readonly string[];
  readonly resume: LastEventId | undefined;
}

/** Admits a stream, as `Connect` does a socket, and subscribes it to all of its channels. */
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
   * Registers the stream's connection.
   * @param client as `ConnectionLimits.admit` returned it
   * @throws `connection.too-many` at the user's limit of connections
   */
  admit(transport: SseTransport, principal: Principal, client: ClientAddress): Connection<SseTransport> {
    const connection = new Connection(transport);
    connection.authenticated(principal);
    this.connections.addPending(connection, client);
    this.connections.admit(connection);
    return connection;
  }

  /**
   * @throws `channel.forbidden` if the user may read none of the channels, `connection.unavailable`, and the errors of
   *   `Authenticate`, before the stream has begun; after that the stream carries the error
   */
  async run(connection: Connection<SseTransport>, request: OpenStreamRequest): Promise<void> {
    if (!connection.isOpen) return;
    const { transport } = connection;
    try {
      await this.subscribeAll(connection, request);
    } catch (error) {
      if (transport.hasBegun) connection.sendError(error);
      connection.close(closingForError(error));
      if (!transport.hasBegun) throw error;
      if (!(error instanceof TidingsError)) this.logger.error({ msg: 'opening a stream failed', err: error });
    }
  }

  private async subscribeAll(
    connection: Connection<SseTransport>,
    { channels, resume }: OpenStreamRequest,
  ): Promise<void> {
    const { principal, transport } = connection;
    // The user may have been disabled or logged out before the registry held this connection: check again.
    await this.authenticate.refreshPrincipal(principal);
    const requests = await this.requests(principal, channels, resume);
    if (!connection.isOpen) throw connectionUnavailable();
    transport.trackPositions(connection.subscriptions);
    connection.send('connected', { userId: principal.userId, sessionId: connection.id, heartbeatMs: PING_MS });
    const subscribed = await this.subscribe.run(connection, requests);
    transport.endResume();
    for (const channel of channels) {
      if (!subscribed.includes(channel)) connection.send('subscription:revoked', { channel, reason: 'permission' });
    }
  }

  /** Requests only readable channels: opening a channel creates it in the log. */
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
