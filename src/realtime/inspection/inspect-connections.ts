import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { lockAdministrator } from '../../identity/public/lock-administrator.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import {
  connectionOfNode,
  connectionsOfNode,
  type ConnectionsQuery,
  type ConnectionsResponse,
  type InspectedConnection,
} from './connection.schemas.js';
import { connectionNotFound, connectionUnconfirmed } from './inspection.errors.js';
import { CLOSE_ONE, LIST, SHOW_ONE } from './questions.js';

/** Asks all gateways for their connections. Every process that is known to have some holds a lease, or held one. */
@Injectable()
export class InspectConnections {
  constructor(
    private readonly nodes: AskNodes,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  async list(query: ConnectionsQuery): Promise<ConnectionsResponse> {
    const { byNode, missing } = await this.nodes.ask(LIST, { args: query, schema: connectionsOfNode });
    const answers = [...byNode.values()];
    const items = answers
      .flatMap((answer) => answer.items)
      .toSorted((one, other) => (one.since < other.since ? 1 : one.since > other.since ? -1 : 0));
    return {
      items: items.slice(0, query.limit),
      truncated: items.length > query.limit || answers.some(({ truncated }) => truncated),
      missing,
    };
  }

  /** @throws `connection.not-found` */
  async show(id: string): Promise<InspectedConnection> {
    const found = await this.askFor(SHOW_ONE, id);
    if (found === undefined) throw connectionNotFound();
    return found;
  }

  /** @throws `connection.not-found`; `connection.unconfirmed` when it is audited and may be open all the same */
  async close(actor: RequestActor, id: string): Promise<void> {
    const { userId, nodeId, via, address, since } = await this.show(id);
    await this.database.transaction(async (tx) => {
      await lockAdministrator(tx, actor.principal.userId);
      await this.audit.record(tx, {
        action: 'connection.closed',
        actor,
        workspaceId: null,
        target: id,
        before: { userId, nodeId, via, address, since },
      });
    });
    const closed = await this.askFor(CLOSE_ONE, id);
    if (closed === undefined && (await this.askFor(SHOW_ONE, id)) !== undefined) throw connectionUnconfirmed();
  }

  private async askFor(question: string, id: string): Promise<InspectedConnection | undefined> {
    const { byNode } = await this.nodes.ask(question, {
      args: { id },
      schema: connectionOfNode,
      isEnough: (answer) => answer !== null,
    });
    return [...byNode.values()].find((answer) => answer !== null) ?? undefined;
  }
}
