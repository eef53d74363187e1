import { UseFilters } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
} from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import { Connect } from '../commands/connect.js';
import { clientFrames, type ClientFrameType } from '../protocol/client-frames.js';
import type {
  JoinPayload,
  LeavePayload,
  PresencePayload,
  RefreshPayload,
  SubscribePayload,
  UnsubscribePayload,
} from '../protocol/client-payloads.js';
import { FrameErrors } from '../protocol/frame-errors.filter.js';
import type { FrameId } from '../protocol/encode-frames.js';
import { PayloadPipe } from '../protocol/payload.pipe.js';
import { GetPresence } from '../commands/get-presence.js';
import { RefreshAuth } from '../commands/refresh-auth.js';
import { Connection } from '../connections/connection.js';
import type { FrameTransport } from './frame-transport.js';
import { Subscribe } from '../commands/subscribe.js';
import { JoinWorkspace } from '../commands/join-workspace.js';

const Handles = (type: ClientFrameType) => SubscribeMessage(type);
const Payload = (type: ClientFrameType) => MessageBody('payload', new PayloadPipe<unknown>(clientFrames[type].payload));
const Id = () => MessageBody('id');

/**
 * The handlers of the WebSocket protocol. Each sends its own answer, so that the answer precedes frames it triggers.
 */
@WebSocketGateway({ path: '/ws' })
@UseFilters(new FrameErrors())
export class Gateway implements OnGatewayConnection<Connection<FrameTransport>> {
  constructor(
    private readonly connect: Connect,
    private readonly subscribe: Subscribe,
    private readonly workspaces: JoinWorkspace,
    private readonly renew: RefreshAuth,
    private readonly presence: GetPresence,
  ) {}

  handleConnection(connection: Connection<FrameTransport>, request: IncomingMessage): void {
    void this.connect.run(connection, request);
  }

  @Handles('subscribe')
  async onSubscribe(
    @ConnectedSocket() connection: Connection,
    @Payload('subscribe') request: SubscribePayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    await this.subscribe.one(connection, request, id);
  }

  @Handles('unsubscribe')
  onUnsubscribe(
    @ConnectedSocket() connection: Connection,
    @Payload('unsubscribe') { channel }: UnsubscribePayload,
    @Id() id?: FrameId,
  ): void {
    connection.unsubscribe(channel);
    connection.send('unsubscribed', { channel }, id);
  }

  @Handles('workspace:join')
  async onJoin(
    @ConnectedSocket() connection: Connection,
    @Payload('workspace:join') request: JoinPayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    const channels = await this.workspaces.join(connection, request);
    connection.send('workspace:joined', { workspaceId: request.workspaceId, channels }, id);
  }

  @Handles('workspace:leave')
  onLeave(
    @ConnectedSocket() connection: Connection,
    @Payload('workspace:leave') { workspaceId }: LeavePayload,
    @Id() id?: FrameId,
  ): void {
    const channels = this.workspaces.leave(connection, workspaceId);
    connection.send('workspace:left', { workspaceId, channels }, id);
  }

  @Handles('presence:get')
  async onPresence(
    @ConnectedSocket() connection: Connection,
    @Payload('presence:get') { channel }: PresencePayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    await this.presence.run(connection, channel, id);
  }

  @Handles('auth:refresh')
  async onRefresh(
    @ConnectedSocket() connection: Connection,
    @Payload('auth:refresh') { token }: RefreshPayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    const expiresIn = await this.renew.run(connection, token);
    connection.send('auth:refreshed', { expiresIn }, id);
  }

  @Handles('ping')
  onPing(@ConnectedSocket() connection: Connection, @Id() id?: FrameId): void {
    connection.send('pong', {}, id);
  }
}
