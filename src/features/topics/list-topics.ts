import { Injectable } from '@nestjs/common';
import { permissionDenied, workspaceNotFound } from '../../access/public/access.errors.js';
import { Access } from '../../access/public/access.js';
import { holdsPartOf } from '../../access/public/scoped-permissions.js';
import type { Principal } from '../../identity/public/principal.js';
import { Database } from '../../platform/database/database.js';
import { pageOf } from '../../platform/http/api/page.js';
import { OnlineUsers } from '../../realtime/public/online-users.js';
import { scopesOf } from './scopes.js';
import type { Topic, TopicsQuery, TopicsResponse } from './topic.schemas.js';
import { listTopics, type StoredTopic } from './topic.store.js';
import { pathOfTopic, TOPICS_READ } from './topics.declarations.js';

@Injectable()
export class ListTopics {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly onlineUsers: OnlineUsers,
  ) {}

  /**
   * Only the topics that the caller may read.
   * @throws `workspace.not-found`, `permission.denied` for a member without any part of `topics:read`
   */
  async run(caller: Principal, workspaceId: string, query: TopicsQuery): Promise<TopicsResponse> {
    const permissions = await this.access.permissionsIn(caller, workspaceId);
    if (permissions === undefined) throw workspaceNotFound();
    if (!holdsPartOf(permissions, TOPICS_READ)) throw permissionDenied(`This call requires ${TOPICS_READ}.`);
    const { limit, cursor: after = '', prefix = '' } = query;
    const wanted = { ...scopesOf(permissions, TOPICS_READ), prefix, after, limit: limit + 1 };
    const rows = await listTopics(this.database, workspaceId, wanted);
    const listeners = await this.onlineUsers.countIn(rows.map(({ channel }) => channel));
    return pageOf(
      rows.map((row) => showTopic(workspaceId, row, listeners.get(row.channel) ?? 0)),
      limit,
      ({ path }) => path,
      (topic) => topic,
    );
  }
}

function showTopic(
  workspaceId: string,
  { channel, epoch, lastEventAt, ...row }: StoredTopic,
  listeners: number,
): Topic {
  const [head, tail] = [Number(row.head), Number(row.tail)];
  const path = pathOfTopic(workspaceId, channel) ?? '';
  return {
    channel,
    path,
    epoch,
    head,
    tail,
    size: head - tail,
    lastEventAt: lastEventAt?.toISOString() ?? null,
    listeners,
  };
}
