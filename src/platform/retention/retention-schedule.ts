import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { runEvery } from '../concurrency/run-every.js';
import type { AgingRows } from './old-share.js';
import { Retention } from './retention.js';

/** A table that is pruned at intervals. */
export interface Pruning {
  readonly everyMs: number;
  readonly rows: AgingRows;
  /** Deletes the rows that are too old, and stops early when it is told to. */
  readonly prune: (isStopping: () => boolean) => Promise<unknown>;
  /** Runs in place of `prune` when `Retention` refuses it. */
  readonly onRefusal?: () => Promise<unknown>;
}

/** Prunes tables at intervals, each where `Retention` allows it, until the process shuts down. */
@Injectable()
export class RetentionSchedule implements OnModuleDestroy {
  private readonly logger = new Logger('retention');
  private readonly stops: (() => Promise<void>)[] = [];
  private stopping = false;

  constructor(private readonly retention: Retention) {}

  add({ everyMs, rows, prune, onRefusal }: Pruning): void {
    const work = async () => {
      const ran = await this.retention.run(rows, () => prune(() => this.stopping));
      if (!ran) await onRefusal?.();
    };
    const onError = (error: unknown) => this.logger.warn({ msg: 'pruning failed', table: rows.table, err: error });
    this.stops.push(runEvery(everyMs, work, onError));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.stops.map((stop) => stop()));
  }
}
