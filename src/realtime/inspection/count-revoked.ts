import { Injectable, type OnModuleInit } from '@nestjs/common';
import { channelOwners } from '../../access/public/channel-owners.js';
import { RightsPreview, type Closes, type PreviewedRights } from '../../access/public/rights-preview.js';
import { holds } from '../../access/public/scoped-permissions.js';
import { Database } from '../../platform/database/database.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';

/** Counts the subscriptions of this node that a change of rights would end. */
@Injectable()
export class CountRevoked implements OnModuleInit {
  constructor(
    private readonly preview: RightsPreview,
    private readonly registry: ConnectionRegistry,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.preview.add((rights) => this.count(rights));
  }

  private async count({ workspaceId, members }: PreviewedRights): Promise<Partial<Closes>> {
    const connections = [...members].flatMap(([userId, permissions]) => {
      const held = new Set(permissions);
      return [...this.registry.of(userId)].map(({ subscriptions }) => ({ held, channels: [...subscriptions.keys()] }));
    });
    const owners = await channelOwners(
      this.database,
      connections.flatMap(({ channels }) => channels),
    );
    const isLost = (channel: string, held: ReadonlySet<string>): boolean => {
      const owner = owners.get(channel);
      return owner?.workspaceId === workspaceId && !holds(held, owner.permission);
    };
    const lost = connections.map(({ held, channels }) => channels.filter((channel) => isLost(channel, held)).length);
    return { subscriptions: lost.reduce((sum, count) => sum + count, 0), sockets: lost.filter((n) => n > 0).length };
  }
}
