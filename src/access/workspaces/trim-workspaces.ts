import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { agingEvents, LogRetention } from '../../platform/events/log-retention.js';
import { RetentionSchedule } from '../../platform/retention/retention-schedule.js';
import { workspaceChannels } from './workspace-channels.js';

const TRIM_MS = 60_000;
const DAY_SECONDS = 86_400;

interface ShorterWorkspace {
  readonly id: string;
  readonly days: number;
}

/** Deletes the events of workspaces that keep them for a shorter time than the installation. */
@Injectable()
export class TrimWorkspaces implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly log: LogRetention,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: TRIM_MS,
      // A clock that is far ahead makes the whole log look old: then no workspace loses anything either.
      rows: agingEvents(this.config.eventRetentionDays),
      prune: (isStopping) => this.run(isStopping),
    });
  }

  async run(isStopping: () => boolean): Promise<void> {
    const workspaces = await this.database.query<ShorterWorkspace>(
      'SELECT id, event_days AS days FROM workspaces WHERE event_days < $1 ORDER BY id',
      [this.config.eventRetentionDays],
    );
    for (const workspace of workspaces) await this.trim(workspace, isStopping);
  }

  private async trim({ id, days }: ShorterWorkspace, isStopping: () => boolean): Promise<void> {
    for await (const channels of workspaceChannels(this.database, id)) {
      for (const channel of channels) {
        if (isStopping()) return;
        await this.log.trim(channel.id, { seconds: days * DAY_SECONDS, count: 'all' });
      }
    }
  }
}
