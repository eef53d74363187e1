import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import type { JobHandler } from '../../platform/queues/define-job.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { MakerRightsListener } from './maker-rights-listener.js';
import { permissionOf } from './maker-rights.js';
import { EndpointStore } from './endpoint.store.js';
import { wholeBodyOf } from './message-body.js';
import { MessageOutcomes } from './message-outcomes.js';
import { MessageStore, type ClaimedMessage } from './message.store.js';
import { PostMessage } from './post-message.js';
import type { SendMessagesPayload } from './send-messages.job.js';

const SWEEP_MS = 5_000;
const MAX_CONCURRENT_PER_ENDPOINT = 5;
/** The number of endpoints served concurrently; the others wait in a queue. */
const MAX_WORKER_SLOTS = 100;
/** On shutdown, attempts that take longer are aborted; another worker retries them. */
const SHUTDOWN_GRACE_MS = 3_000;

interface WorkerSlot {
  /** True if more messages may be due than the slot has claimed. */
  hasMore: boolean;
  done: Promise<void>;
}

/**
 * Sends due messages with one worker slot per endpoint, so that a slow endpoint delays only itself. An endpoint with
 * more messages than one batch re-enters the queue at its end, so that many slow endpoints delay the others by one
 * attempt only. Delivery is at least once: a receiver may get a message twice when a worker crashes.
 */
@Injectable()
export class SendMessages implements JobHandler<SendMessagesPayload>, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SendMessages.name);
  /** By endpoint. */
  private readonly slots = new Map<string, WorkerSlot>();
  /** Endpoints that wait for a slot, first in, first out. */
  private readonly waiting = new Set<string>();
  private stop = async (): Promise<void> => undefined;
  private readonly shutdown = new AbortController();
  private isStopping = false;

  constructor(
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    private readonly makerRights: MakerRightsListener,
    private readonly post: PostMessage,
    private readonly outcomes: MessageOutcomes,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'cannot sweep messages', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.sweep(), onError);
  }

  /** Waits for the attempts in flight: their claims would not expire for most of a minute. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.stop();
    const deadline = setTimeout(() => this.shutdown.abort(), SHUTDOWN_GRACE_MS);
    await Promise.all([...this.slots.values()].map(({ done }) => done));
    clearTimeout(deadline);
  }

  async handle({ endpointIds }: SendMessagesPayload): Promise<void> {
    for (const id of endpointIds) this.start(id);
  }

  private async sweep(): Promise<void> {
    for (const id of await this.endpoints.withDueMessages()) this.start(id);
  }

  private start(endpointId: string): void {
    const slot = this.slots.get(endpointId);
    if (slot !== undefined) slot.hasMore = true;
    else {
      this.waiting.add(endpointId);
      this.fillSlots();
    }
  }

  /** Until then the rate limit allows no message. */
  private startAfter(endpointId: string, seconds: number): void {
    setTimeout(() => this.start(endpointId), seconds * 1_000).unref();
  }

  private fillSlots(): void {
    for (const endpointId of this.waiting) {
      if (this.isStopping || this.slots.size >= MAX_WORKER_SLOTS) return;
      this.waiting.delete(endpointId);
      const slot = { hasMore: false, done: Promise.resolve() };
      this.slots.set(endpointId, slot);
      slot.done = this.serve(endpointId, slot);
    }
  }

  private async serve(endpointId: string, slot: WorkerSlot): Promise<void> {
    const failed = (error: unknown): [] => {
      this.logger.warn({ msg: 'cannot send messages; the next sweep retries', endpointId, err: error });
      return [];
    };
    // Without the lease of the fence nothing may be sent. The next sweep retries.
    const claimed = this.makerRights.canSend
      ? await this.messages.claimDue(endpointId, MAX_CONCURRENT_PER_ENDPOINT).catch(failed)
      : [];
    const [first] = claimed;
    if (claimed.length === MAX_CONCURRENT_PER_ENDPOINT || first?.ordered === true) slot.hasMore = true;
    await Promise.all(claimed.map((message) => this.send(message).catch(failed)));
    if (first !== undefined && first.rateLimit !== null) this.startAfter(endpointId, claimed.length / first.rateLimit);
    // In the same tick as the last read of `hasMore`, so that no job gets lost in between.
    this.slots.delete(endpointId);
    if (slot.hasMore) this.waiting.add(endpointId);
    this.fillSlots();
  }

  private async send(message: ClaimedMessage): Promise<void> {
    const { endpointId: id, endpointName: name } = message;
    const permissions = { event: permissionOf(message), restricted: message.restrictedPermission };
    const isAllowed = await this.makerRights.runIfPermitted(
      { ...message, id, name },
      permissions,
      (signal, seesRestricted) =>
        this.attempt(
          seesRestricted ? { ...message, body: wholeBodyOf(message) } : message,
          AbortSignal.any([this.shutdown.signal, signal]),
        ),
    );
    if (!isAllowed) await this.outcomes.withhold(message);
  }

  private async attempt(message: ClaimedMessage, signal: AbortSignal): Promise<void> {
    if (!this.makerRights.canSend) return this.messages.release(message);
    const at = new Date(databaseNow());
    const begin = performance.now();
    const answer = await this.post.send(message, signal);
    if (answer.status === null && signal.aborted) return this.messages.release(message);
    const { status, error, response } = answer;
    const attempt = { at, tookMs: Math.round(performance.now() - begin), status, error, response };
    if (attempt.error === null) await this.outcomes.accepted(message, attempt);
    else await this.outcomes.refused(message, attempt, answer.retryAfterMs);
  }
}
