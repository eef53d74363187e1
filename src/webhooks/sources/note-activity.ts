import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Coalescer } from '../../platform/concurrency/coalescer.js';
import { SourceActivityStore, type NotedActivity } from './source-activity.store.js';

interface Noted {
  seenAt: number | undefined;
  refusedAt: number | undefined;
  /** Fingerprint -> time. */
  readonly secretUses: Map<string, number>;
}

const WRITE_AFTER_MS = 5_000;
const ROWS_PER_WRITE = 500;
const MAX_NOTED = 10_000;

/**
 * Notes when sources were last used, off the accept path: a request costs a write to a map, and each source one row in
 * five seconds. A crash loses at most these five seconds.
 */
@Injectable()
export class NoteActivity implements OnModuleDestroy {
  private readonly logger = new Logger(NoteActivity.name);
  private readonly writing = new Coalescer(() => this.writeAll());
  private noted = new Map<string, Noted>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: SourceActivityStore) {}

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  /** @param fingerprint of the secret that made the signature; undefined for a source without secrets */
  accepted(sourceId: string, fingerprint: string | undefined): void {
    const noted = this.notedOf(sourceId);
    if (noted === undefined) return;
    noted.seenAt = databaseNow();
    if (fingerprint !== undefined) noted.secretUses.set(fingerprint, noted.seenAt);
  }

  refused(sourceId: string): void {
    const noted = this.notedOf(sourceId);
    if (noted !== undefined) noted.refusedAt = databaseNow();
  }

  /** Writes what is noted. Never rejects. */
  async flush(): Promise<void> {
    await this.writing.request();
  }

  /** Undefined if too many sources are waiting: those of this process would not fit into its cache either. */
  private notedOf(sourceId: string): Noted | undefined {
    const known = this.noted.get(sourceId);
    if (known !== undefined || this.noted.size >= MAX_NOTED) return known;
    const fresh: Noted = { seenAt: undefined, refusedAt: undefined, secretUses: new Map() };
    this.noted.set(sourceId, fresh);
    this.timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref();
    return fresh;
  }

  private async writeAll(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = [...this.noted];
    this.noted = new Map();
    for (let start = 0; start < batch.length; start += ROWS_PER_WRITE) {
      const part = batch.slice(start, start + ROWS_PER_WRITE);
      await this.store.record(part.map(rowOf)).catch((error: unknown) => this.keep(part, error));
    }
  }

  /** Once more with the next write, unless there is something newer. */
  private keep(part: ReadonlyArray<readonly [string, Noted]>, error: unknown): void {
    this.logger.debug({ msg: 'cannot record the activity of sources', count: part.length, err: error });
    for (const [sourceId, lost] of part) {
      const noted = this.notedOf(sourceId);
      if (noted === undefined) return;
      noted.seenAt ??= lost.seenAt;
      noted.refusedAt ??= lost.refusedAt;
      for (const [fingerprint, at] of lost.secretUses)
        if (!noted.secretUses.has(fingerprint)) noted.secretUses.set(fingerprint, at);
    }
  }
}

function rowOf([sourceId, { seenAt, refusedAt, secretUses }]: readonly [string, Noted]): NotedActivity {
  const uses = [...secretUses].map(([fingerprint, at]) => [fingerprint, new Date(at).toISOString()]);
  return { sourceId, seenAt: dateOf(seenAt), refusedAt: dateOf(refusedAt), secretUses: Object.fromEntries(uses) };
}

const dateOf = (time: number | undefined): Date | null => (time === undefined ? null : new Date(time));
