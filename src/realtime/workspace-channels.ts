import { Injectable } from '@nestjs/common';
import { workspaceNotFound } from '../access/contracts/access.errors.js';
import { Access } from '../access/contracts/access.js';
import { channelName, workspaceChannelNouns } from '../access/contracts/define-channel-kind.js';
import type { JoinPayload } from './frames/client-payloads.js';
import { Gate } from './gate.js';
import type { Session } from './sockets/session.js';
import { Subscribe } from './subscribe.js';

/** All of a workspace's channels in one go. */
@Injectable()
export class WorkspaceChannels {
  constructor(
    private readonly access: Access,
    private readonly subscribe: Subscribe,
    private readonly gate: Gate,
  ) {}

  /**
   * @returns the channels that this user may read
   * @throws `workspace.not-found` to those who aren't members
   */
  join(session: Session, wish: JoinPayload): Promise<string[]> {
    return this.gate.pass(() => this.subscribeAll(session, wish));
  }

  /** @returns the channels that were subscribed */
  leave(session: Session, workspaceId: string): string[] {
    return channelsOf(workspaceId).filter((channel) => session.unsubscribe(channel));
  }

  private async subscribeAll(session: Session, { workspaceId, positions }: JoinPayload): Promise<string[]> {
    const permissions = await this.access.permissionsIn(session.principal, workspaceId);
    if (permissions === undefined) throw workspaceNotFound();
    const wishes = channelsOf(workspaceId).map((channel) => ({ channel, position: positions?.[channel] }));
    return this.subscribe.run(session, wishes);
  }
}

const channelsOf = (workspaceId: string): string[] =>
  workspaceChannelNouns().map((noun) => channelName(noun, workspaceId));
