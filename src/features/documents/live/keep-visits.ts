import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { DocumentVisits, RENEW_MS, type Visit } from '../storage/document-visits.js';
import { LiveDocuments } from './live-documents.js';

/** Keeps the visits of this node's clients alive, and ends those that nobody keeps alive any more. */
@Injectable()
export class KeepVisits implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(KeepVisits.name);
  private coming: Visit[] = [];
  private writing = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly visits: DocumentVisits,
    private readonly live: LiveDocuments,
  ) {}

  onModuleInit(): void {
    this.stop = runEvery(RENEW_MS, () => this.renew(), this.warn);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Somebody has opened a document: told at once, together with those who come meanwhile. */
  begin(visit: Visit): void {
    this.coming.push(visit);
    if (!this.writing) void this.writeComing();
  }

  private async writeComing(): Promise<void> {
    this.writing = true;
    while (this.coming.length > 0) await this.visits.keep(this.coming.splice(0)).catch(this.warn);
    this.writing = false;
  }

  private async renew(): Promise<void> {
    await this.visits.keep([...this.live.visits()]);
    await this.visits.endForgotten();
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'writing down who has documents open failed', err: error });
}
