import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog, type EventDraft } from '../../platform/events/event-log.js';
import {
  heardTitle,
  silentTitle,
  sourceHeard,
  sourceSilent,
  webhooksChannelOf,
} from '../public/webhooks.declarations.js';
import { checkDue, recordChecks, sourcesWithPending, type CheckedSource } from './source-watch.store.js';

const SWEEP_MS = 5_000;
const BATCH = 100;

/**
 * Publishes that a source was not heard for longer than it says, and that it is heard again. The state changes in the
 * transaction of the event, under a lock: each silence has one event, whatever workers run or crash.
 */
@Injectable()
export class WatchSilence implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WatchSilence.name);
  private isStopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'cannot check for silent sources', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.sweep(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.stop();
  }

  async sweep(): Promise<void> {
    let checked: number;
    do checked = await this.database.transaction((tx) => this.checkBatch(tx));
    while (checked === BATCH && !this.isStopping);
  }

  private async checkBatch(tx: Transaction): Promise<number> {
    const sources = await checkDue(tx, BATCH);
    if (sources.length === 0) return 0;
    const pending = sources.some(fallsSilent) ? await sourcesWithPending(tx) : new Set<string>();
    const isPending = ({ sourceId }: CheckedSource) => pending === undefined || pending.has(sourceId);
    const checks = sources.map((source) => {
      const isSilent = source.wasSilent ? !source.isHeard : fallsSilent(source) && !isPending(source);
      return { source, isSilent };
    });
    await recordChecks(tx, checks);
    const changed = checks.filter(({ source, isSilent }) => source.wasSilent !== isSilent);
    await this.log.append(
      tx,
      changed.map(({ source, isSilent }) => draftOf(isSilent, source)),
    );
    return sources.length;
  }
}

const fallsSilent = ({ wasSilent, isOverdue }: CheckedSource): boolean => !wasSilent && isOverdue;

function draftOf(isSilent: boolean, source: CheckedSource): EventDraft {
  const { sourceId, workspaceId, name, channelPath, expectEverySeconds } = source;
  const lastHeardAt = source.lastHeardAt?.toISOString() ?? null;
  const title = isSilent ? silentTitle(name) : heardTitle(name);
  const payload = { workspaceId, sourceId, name, lastHeardAt, expectEverySeconds, title };
  return draftEvent(isSilent ? sourceSilent : sourceHeard, webhooksChannelOf(workspaceId, channelPath), payload);
}
