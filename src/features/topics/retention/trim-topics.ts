import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { agingEvents, LogRetention } from '../../../platform/events/log-retention.js';
import { RetentionSchedule } from '../../../platform/retention/retention-schedule.js';
import { nextOldTopics, workspacesWithRules } from './retention.store.js';

const TRIM_MS = 60_000;

/**
 * Deletes the events that the rules of a workspace no longer keep. A subscriber that asks for one of them gets
 * `recovered: false`, as after every other trimming of the log.
 */
@Injectable()
export class TrimTopics implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly log: LogRetention,
    private readonly config: Config,
    private readonly schedule: RetentionSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.add({
      everyMs: TRIM_MS,
      // A clock that is far ahead makes the whole log look old: then no rule deletes anything either.
      rows: agingEvents(this.config.eventRetentionDays),
      prune: (isStopping) => this.run(isStopping),
    });
  }

  async run(isStopping: () => boolean): Promise<void> {
    for (const workspaceId of await workspacesWithRules(this.database)) await this.trim(workspaceId, isStopping);
  }

  private async trim(workspaceId: string, isStopping: () => boolean): Promise<void> {
    let after = '';
    while (!isStopping()) {
      const topics = await nextOldTopics(this.database, workspaceId, after);
      for (const { channelId, maxAgeSeconds, maxEvents } of topics)
        await this.log.trim(channelId, { seconds: maxAgeSeconds ?? 'all', count: maxEvents ?? 'all' });
      const last = topics.at(-1);
      if (last === undefined) return;
      after = last.channel;
    }
  }
}
