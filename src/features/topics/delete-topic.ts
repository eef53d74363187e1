import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import { scopedPermission } from '../../access/public/scoped-permissions.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { ChannelDeletion } from '../../platform/events/channel-deletion.js';
import { topicNotFound } from './topic.errors.js';
import { pathOfTopic, TOPICS_PUBLISH } from './topics.declarations.js';

@Injectable()
export class DeleteTopic {
  constructor(
    private readonly access: Access,
    private readonly channels: ChannelDeletion,
    private readonly audit: Audit,
  ) {}

  /** @throws `topic.not-found`, or the errors of `Access.require` */
  async run(actor: RequestActor, workspaceId: string, channel: string): Promise<void> {
    const path = pathOfTopic(workspaceId, channel);
    if (path === undefined) return this.refuse(actor, workspaceId);
    const permission = scopedPermission(TOPICS_PUBLISH, path);
    await this.access.transaction(actor.principal, workspaceId, permission, async (tx) => {
      const before = await this.channels.run(tx, channel);
      if (before === undefined) throw topicNotFound();
      await this.audit.record(tx, { action: 'topic.deleted', actor, workspaceId, target: path, before: { ...before } });
    });
  }

  /** A caller who is not a member learns only that, as from every call. */
  private async refuse({ principal }: RequestActor, workspaceId: string): Promise<never> {
    await this.access.workspaceOf(principal, workspaceId);
    throw topicNotFound();
  }
}
