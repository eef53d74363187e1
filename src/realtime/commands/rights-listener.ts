import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Access, type ReadableChannel } from '../../access/public/access.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import type { Principal } from '../../identity/public/principal.js';
import { TidingsError } from '../../platform/errors.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { closingForError } from '../protocol/closing-for-error.js';
import { LocalPresence } from '../presence/local-presence.js';
import type { Connection } from '../connections/connection.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';

const USERS_AT_A_TIME = 8;

/**
 * Ends subscriptions that a user may no longer read, applies the right to restricted fields to the others, and
 * sends the user's open clients their current permissions. The fence waits for this before it answers the caller that
 * changed the rights.
 */
@Injectable()
export class RightsListener implements OnModuleInit {
  private readonly logger = new Logger(RightsListener.name);

  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
    private readonly authenticate: Authenticate,
    private readonly connections: ConnectionRegistry,
    private readonly presence: LocalPresence,
  ) {}

  /** Joins before the first connection is admitted. */
  async onModuleInit(): Promise<void> {
    await this.fence.join((userIds) => this.apply(userIds === 'everybody' ? this.connections.userIds() : userIds));
  }

  private async apply(userIds: readonly string[]): Promise<void> {
    this.presence.forget(userIds);
    const present = userIds.filter((userId) => this.connections.of(userId).size > 0);
    for (const userId of present) {
      // Makes subscriptions that are under way check their rights again.
      for (const connection of this.connections.of(userId)) connection.rightsVersion++;
    }
    for (let start = 0; start < present.length; start += USERS_AT_A_TIME) {
      await Promise.all(present.slice(start, start + USERS_AT_A_TIME).map((userId) => this.recheckUser(userId)));
    }
  }

  private async recheckUser(userId: string): Promise<void> {
    const groups = groupByCredential(this.connections.of(userId));
    await Promise.all(groups.map(({ principal, connections }) => this.recheckOrClose(principal, connections)));
  }

  /** Closes connections whose rights cannot be re-checked, e.g. because the database is unavailable. */
  private async recheckOrClose(principal: Principal, connections: readonly Connection[]): Promise<void> {
    try {
      await this.recheck(principal, connections);
    } catch (error) {
      const { userId } = principal;
      if (!(error instanceof TidingsError)) this.logger.warn({ msg: 'checking rights failed', userId, err: error });
      for (const connection of connections) {
        // A connection with a new credential was re-checked when it was renewed.
        if (!isSameCredential(connection.principal, principal)) continue;
        connection.sendError(error);
        connection.close(closingForError(error));
      }
    }
  }

  private async recheck(principal: Principal, connections: readonly Connection[]): Promise<void> {
    const principalNow = await this.authenticate.refreshPrincipal(principal);
    const channels = new Set(connections.flatMap((connection) => [...connection.subscriptions.keys()]));
    const readable = await this.access.readableChannels(principalNow, [...channels]);
    const workspaces = await this.access.workspacesOf(principalNow);
    const permissions = workspaces.map(({ id, role, permissions }) => ({ id, role, permissions: [...permissions] }));
    for (const connection of connections) {
      for (const channel of connection.subscriptions.keys()) {
        if (channels.has(channel)) apply(connection, channel, readable.get(channel));
      }
      connection.send('permissions:updated', { workspaces: permissions });
    }
  }
}

function apply(connection: Connection, channel: string, readable: ReadableChannel | undefined): void {
  if (readable !== undefined) return connection.setSeesRestricted(channel, readable.seesRestricted);
  connection.unsubscribe(channel);
  connection.send('subscription:revoked', { channel, reason: 'permission' });
}

const isSameCredential = (one: Principal, other: Principal): boolean =>
  one.sessionId === other.sessionId && one.keyId === other.keyId && one.issuedAt === other.issuedAt;

/** Groups by credential: ending one login or key must not close the user's other connections. */
function groupByCredential(connections: Iterable<Connection>): { principal: Principal; connections: Connection[] }[] {
  const groups: { principal: Principal; connections: Connection[] }[] = [];
  for (const connection of connections) {
    const group = groups.find(({ principal }) => isSameCredential(principal, connection.principal));
    if (group === undefined) groups.push({ principal: connection.principal, connections: [connection] });
    else group.connections.push(connection);
  }
  return groups;
}
