import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/actor.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import type { RightsChanged } from '../../platform/fence/fence.js';
import type { Rights } from '../permissions/effective-permissions.js';
import { memberJoined, workspaceChannel } from '../public/access.declarations.js';
import { channelName } from '../public/define-channel-kind.js';
import { auditedMember } from './member.schemas.js';

/** A change of one member that was checked under the locks of `lockMembers`. */
export interface CheckedChange {
  readonly actor: Actor & { readonly socketSession?: string | null };
  readonly workspaceId: string;
  /** Undefined for a new member. */
  readonly before: Rights | undefined;
  readonly member: Rights & { readonly userId: string };
}

/** Stores and records the rights of a member, and publishes that a new one has joined. Call it last. */
@Injectable()
export class WriteMember {
  constructor(
    private readonly eventLog: EventLog,
    private readonly audit: Audit,
  ) {}

  async run(tx: Transaction, changed: RightsChanged, change: CheckedChange): Promise<void> {
    const { actor, workspaceId, before, member } = change;
    await tx.query(
      `INSERT INTO members (workspace_id, user_id, role, granted, denied) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (workspace_id, user_id)
       DO UPDATE SET role = excluded.role, granted = excluded.granted, denied = excluded.denied`,
      [workspaceId, member.userId, member.role, member.granted, member.denied],
    );
    if (before === undefined) await this.publishJoin(tx, change);
    changed(member.userId);
    await this.audit.record(tx, {
      action: before === undefined ? 'member.added' : 'member.changed',
      actor,
      workspaceId,
      target: member.userId,
      before: before && auditedMember(before),
      after: auditedMember(member),
    });
  }

  private async publishJoin(tx: Transaction, { actor, workspaceId, member }: CheckedChange): Promise<void> {
    const channel = channelName(workspaceChannel.noun, workspaceId);
    const payload = { workspaceId, userId: member.userId, role: member.role };
    const event = draftEvent(memberJoined, channel, payload, actor.actorId, actor.socketSession ?? null);
    await this.eventLog.append(tx, [event]);
  }
}
