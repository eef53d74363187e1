import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Database } from '../../platform/database/database.js';
import { Traffic, type TrafficCounts } from '../../platform/traffic/traffic.js';
import { channelOwners } from '../public/channel-owners.js';
import { TrafficStore, type WorkspaceCounts } from './traffic.store.js';

const WRITE_MS = 10_000;

/** Adds what this process counted to the figures of the workspaces, every ten seconds in one statement. */
@Injectable()
export class WriteTraffic implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WriteTraffic.name);
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly traffic: Traffic,
    private readonly store: TrafficStore,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = runEvery(WRITE_MS, () => this.run(), this.onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
    await this.run().catch(this.onError);
  }

  async run(): Promise<void> {
    const counts = this.traffic.take();
    try {
      const byWorkspace = await this.byWorkspace(counts);
      if (byWorkspace.size > 0) await this.store.add(byWorkspace);
    } catch (error) {
      this.traffic.giveBack(counts);
      throw error;
    }
  }

  /** Channels of users belong to no workspace, so no workspace has their figures. */
  private async byWorkspace({ channels, webhooks }: TrafficCounts): Promise<Map<string, WorkspaceCounts>> {
    const found = new Map<string, WorkspaceCounts>();
    const add = (workspaceId: string, more: Partial<WorkspaceCounts>) => {
      const known = found.get(workspaceId);
      found.set(workspaceId, {
        webhooks: (known?.webhooks ?? 0) + (more.webhooks ?? 0),
        events: (known?.events ?? 0) + (more.events ?? 0),
        sent: (known?.sent ?? 0) + (more.sent ?? 0),
      });
    };
    for (const [workspaceId, count] of webhooks) add(workspaceId, { webhooks: count });
    const owners = channels.size === 0 ? new Map() : await channelOwners(this.database, [...channels.keys()]);
    for (const [name, { workspaceId }] of owners) {
      const { appended: events = 0, sent = 0 } = channels.get(name) ?? {};
      add(workspaceId, { events, sent });
    }
    return found;
  }

  private readonly onError = (error: unknown): void =>
    this.logger.debug({ msg: 'cannot write the figures, the next run retries', err: error });
}
