import { UseFilters } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
} from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import { Connect } from './connect.js';
import { clientFrames, type ClientFrameType } from './frames/client-frames.js';
import type {
  JoinPayload,
  LeavePayload,
  PresencePayload,
  RefreshPayload,
  SubscribePayload,
  UnsubscribePayload,
} from './frames/client-payloads.js';
import { FrameErrors } from './frames/frame-errors.filter.js';
import type { FrameId } from './frames/frame.js';
import { PayloadPipe } from './frames/payload.pipe.js';
import { ShowPresence } from './presence/show-presence.js';
import { RenewSession } from './renew-session.js';
import { Session } from './sockets/session.js';
import type { WebSocketLine } from './sockets/websocket-line.js';
import { Subscribe } from './subscribe.js';
import { WorkspaceChannels } from './workspace-channels.js';

const Handles = (type: ClientFrameType) => SubscribeMessage(type);
const Payload = (type: ClientFrameType) => MessageBody('payload', new PayloadPipe<unknown>(clientFrames[type].payload));
const Id = () => MessageBody('id');

/** The WebSocket contract, frame by frame. A handler answers by itself, so that its answer precedes what it sets off. */
@WebSocketGateway({ path: '/ws' })
@UseFilters(new FrameErrors())
export class Gateway implements OnGatewayConnection<Session<WebSocketLine>> {
  constructor(
    private readonly connect: Connect,
    private readonly subscribe: Subscribe,
    private readonly workspaces: WorkspaceChannels,
    private readonly renew: RenewSession,
    private readonly presence: ShowPresence,
  ) {}

  handleConnection(session: Session<WebSocketLine>, request: IncomingMessage): void {
    void this.connect.run(session, request);
  }

  @Handles('subscribe')
  async onSubscribe(
    @ConnectedSocket() session: Session,
    @Payload('subscribe') wish: SubscribePayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    await this.subscribe.one(session, wish, id);
  }

  @Handles('unsubscribe')
  onUnsubscribe(
    @ConnectedSocket() session: Session,
    @Payload('unsubscribe') { channel }: UnsubscribePayload,
    @Id() id?: FrameId,
  ): void {
    session.unsubscribe(channel);
    session.send('unsubscribed', { channel }, id);
  }

  @Handles('workspace:join')
  async onJoin(
    @ConnectedSocket() session: Session,
    @Payload('workspace:join') wish: JoinPayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    const channels = await this.workspaces.join(session, wish);
    session.send('workspace:joined', { workspaceId: wish.workspaceId, channels }, id);
  }

  @Handles('workspace:leave')
  onLeave(
    @ConnectedSocket() session: Session,
    @Payload('workspace:leave') { workspaceId }: LeavePayload,
    @Id() id?: FrameId,
  ): void {
    const channels = this.workspaces.leave(session, workspaceId);
    session.send('workspace:left', { workspaceId, channels }, id);
  }

  @Handles('presence:get')
  async onPresence(
    @ConnectedSocket() session: Session,
    @Payload('presence:get') { channel }: PresencePayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    await this.presence.run(session, channel, id);
  }

  @Handles('auth:refresh')
  async onRefresh(
    @ConnectedSocket() session: Session,
    @Payload('auth:refresh') { token }: RefreshPayload,
    @Id() id?: FrameId,
  ): Promise<void> {
    const expiresIn = await this.renew.run(session, token);
    session.send('auth:refreshed', { expiresIn }, id);
  }

  @Handles('ping')
  onPing(@ConnectedSocket() session: Session, @Id() id?: FrameId): void {
    session.send('pong', {}, id);
  }
}
