import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { EditingSessions, RENEW_MS, type EditingSession } from '../storage/editing-sessions.js';
import { LiveDocuments } from './live-documents.js';

/** Renews the editing sessions of this node's clients, and deletes expired ones of any node. */
@Injectable()
export class RenewEditingSessions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RenewEditingSessions.name);
  private starting: EditingSession[] = [];
  private isWriting = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly sessions: EditingSessions,
    private readonly live: LiveDocuments,
  ) {}

  onModuleInit(): void {
    this.stop = runEvery(RENEW_MS, () => this.renew(), this.warn);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** A user has opened a document: published at once, batched with others that start during the write. */
  begin(session: EditingSession): void {
    this.starting.push(session);
    if (!this.isWriting) void this.writeStarting();
  }

  private async writeStarting(): Promise<void> {
    this.isWriting = true;
    while (this.starting.length > 0) await this.sessions.renew(this.starting.splice(0)).catch(this.warn);
    this.isWriting = false;
  }

  private async renew(): Promise<void> {
    await this.sessions.renew([...this.live.editingSessions()]);
    await this.sessions.deleteExpired();
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'storing editing sessions failed', err: error });
}
