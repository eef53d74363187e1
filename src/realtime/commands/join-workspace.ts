import { Injectable } from '@nestjs/common';
import { workspaceNotFound } from '../../access/public/access.errors.js';
import { Access } from '../../access/public/access.js';
import { channelName, workspaceChannelNouns } from '../../access/public/define-channel-kind.js';
import type { JoinPayload } from '../protocol/client-payloads.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import type { Connection } from '../connections/connection.js';
import { Subscribe } from './subscribe.js';

/** Subscribes a connection to every channel of a workspace that its user may read. */
@Injectable()
export class JoinWorkspace {
  constructor(
    private readonly access: Access,
    private readonly subscribe: Subscribe,
    private readonly semaphore: Semaphore,
  ) {}

  /**
   * @returns the channels that this user may read
   * @throws `workspace.not-found` if the user isn't a member
   */
  join(connection: Connection, request: JoinPayload): Promise<string[]> {
    return this.semaphore.run(() => this.subscribeAll(connection, request));
  }

  /** @returns the channels that were subscribed */
  leave(connection: Connection, workspaceId: string): string[] {
    return channelsOf(workspaceId).filter((channel) => connection.unsubscribe(channel));
  }

  private async subscribeAll(connection: Connection, { workspaceId, positions }: JoinPayload): Promise<string[]> {
    const permissions = await this.access.permissionsIn(connection.principal, workspaceId);
    if (permissions === undefined) throw workspaceNotFound();
    const requests = channelsOf(workspaceId).map((channel) => ({ channel, position: positions?.[channel] }));
    return this.subscribe.run(connection, requests);
  }
}

const channelsOf = (workspaceId: string): string[] =>
  workspaceChannelNouns().map((noun) => channelName(noun, workspaceId));
