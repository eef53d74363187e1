import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../config/config.js';
import { runEvery } from '../concurrency/run-every.js';
import { AuditReader } from './audit-reader.js';

const DAY_MS = 24 * 3_600_000;
const HEADS_IN_A_LINE = 100;

/**
 * Logs the heads of all audit chains on each worker, at start and daily, if they have moved. A log is outside the
 * database: an attacker who rewrites a chain and its stored head cannot remove these.
 */
@Injectable()
export class NoteHeads implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('audit');
  /** Last logged head by chain. */
  private readonly noted = new Map<string, string>();
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly reader: AuditReader,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.roles.has('worker')) return;
    const onError = (error: unknown) => this.logger.warn({ msg: 'audit heads were not logged', err: error });
    void this.note().catch(onError);
    this.stop = runEvery(DAY_MS, () => this.note(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  async note(): Promise<void> {
    const moved = [...(await this.reader.heads())].filter(([id, { head }]) => this.noted.get(id) !== head);
    for (let start = 0; start < moved.length; start += HEADS_IN_A_LINE) {
      const heads = moved.slice(start, start + HEADS_IN_A_LINE);
      this.logger.log({
        msg: 'audit chain heads',
        heads: heads.map(([workspace, { rows, head }]) => ({ workspace, rows, head })),
      });
    }
    for (const [id, { head }] of moved) this.noted.set(id, head);
  }
}
