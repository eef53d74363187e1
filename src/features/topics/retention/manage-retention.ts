import { Injectable } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import type { RequestActor } from '../../../identity/public/caller.js';
import { Audit } from '../../../platform/audit/audit.js';
import { Database } from '../../../platform/database/database.js';
import { TOPICS_MANAGE } from './retention.declarations.js';
import type { TopicRetentionRules } from './retention.schemas.js';
import { readRules, replaceRules } from './retention.store.js';

/** Reads and replaces the rules that say how long the topics of a workspace keep their events. */
@Injectable()
export class ManageRetention {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  async read(workspaceId: string): Promise<TopicRetentionRules> {
    return { rules: await readRules(this.database, workspaceId) };
  }

  /** @throws the errors of `Access.transaction` */
  async replace(actor: RequestActor, workspaceId: string, wanted: TopicRetentionRules): Promise<TopicRetentionRules> {
    return this.access.transaction(actor.principal, workspaceId, TOPICS_MANAGE, async (tx) => {
      const before = { rules: await readRules(tx, workspaceId) };
      await replaceRules(tx, workspaceId, wanted.rules);
      const after = { rules: await readRules(tx, workspaceId) };
      const action = 'topic.retention-changed';
      await this.audit.record(tx, { action, actor, workspaceId, target: null, before, after });
      return after;
    });
  }
}
