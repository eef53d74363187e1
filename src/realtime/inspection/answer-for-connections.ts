import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { MAX_ANSWER_BYTES } from '../../platform/nodes/answer-parts.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import { DescribeNode } from '../../platform/nodes/describe-node.js';
import type { Connection } from '../connections/connection.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';
import { CLOSE } from '../protocol/close-codes.js';
import {
  connectionsQuery,
  LISTED_CHANNELS,
  type ConnectionsResponse,
  type InspectedConnection,
} from './connection.schemas.js';
import { CLOSE_ONE, LIST, SHOW_ONE } from './questions.js';

const MAX_LIST_BYTES = MAX_ANSWER_BYTES / 2;

const idArgs = z.object({ id: z.string() });

/** Answers questions of the api about the connections of this process. */
@Injectable()
export class AnswerForConnections {
  constructor(
    private readonly registry: ConnectionRegistry,
    private readonly nodes: AskNodes,
    describeNode: DescribeNode,
  ) {
    describeNode.countConnections(() => registry.count);
    nodes.handle(LIST, (args) => this.list(connectionsQuery.parse(args)));
    nodes.handle(SHOW_ONE, (args) => this.show(idArgs.parse(args).id));
    nodes.handle(CLOSE_ONE, (args) => this.close(idArgs.parse(args).id));
  }

  private list({
    userId,
    channel,
    nodeId,
    limit,
  }: z.infer<typeof connectionsQuery>): Omit<ConnectionsResponse, 'missing'> {
    if (nodeId !== undefined && nodeId !== this.nodes.nodeId) return { items: [], truncated: false };
    const all = userId === undefined ? this.registry.all : this.registry.of(userId);
    const fitting = [...all].filter((connection) => channel === undefined || connection.subscriptions.has(channel));
    const items: InspectedConnection[] = [];
    let bytes = 0;
    // The registry has the oldest first.
    for (const connection of fitting.toReversed().slice(0, limit)) {
      const item = this.describe(connection, LISTED_CHANNELS, channel);
      bytes += JSON.stringify(item).length;
      if (bytes > MAX_LIST_BYTES) break;
      items.push(item);
    }
    return { items, truncated: items.length < fitting.length };
  }

  private show(id: string): InspectedConnection | null {
    const connection = this.registry.byId(id);
    return connection === undefined ? null : this.describe(connection);
  }

  /** @returns null where this process has no such connection */
  private close(id: string): InspectedConnection | null {
    const connection = this.registry.byId(id);
    if (connection === undefined) return null;
    const described = this.describe(connection, 0);
    connection.close(CLOSE.restart);
    return described;
  }

  /** @param first the channel to put before the others */
  private describe(connection: Connection, maxChannels = Infinity, first?: string): InspectedConnection {
    const { id, address, openedAt, via, subscriptions, bufferedBytes } = connection;
    const names = [...subscriptions.keys()].toSorted((one, other) => Number(other === first) - Number(one === first));
    const channels = names.slice(0, maxChannels).flatMap((channel) => {
      const subscription = subscriptions.get(channel);
      return subscription === undefined ? [] : [{ channel, offset: subscription.offset, behind: subscription.behind }];
    });
    return {
      id,
      userId: connection.isAuthenticated ? connection.userId : null,
      nodeId: this.nodes.nodeId,
      via,
      ofFeature: connection.transport.frames === undefined,
      since: new Date(databaseNow() - Math.floor(performance.now() - openedAt)).toISOString(),
      address,
      channels,
      channelCount: subscriptions.size,
      bufferedBytes,
    };
  }
}
