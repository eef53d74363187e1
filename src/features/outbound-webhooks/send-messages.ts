import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import type { JobHandler } from '../../platform/queues/define-job.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { FollowMakers } from './follow-makers.js';
import { permissionOf } from './maker-rights.js';
import { EndpointStore } from './endpoint.store.js';
import { MessageOutcomes } from './message-outcomes.js';
import { MessageStore, type ClaimedMessage } from './message.store.js';
import { PostMessage } from './post-message.js';
import type { SendMessagesPayload } from './send-messages.job.js';

const SWEEP_MS = 5_000;
const AT_ONCE_PER_ENDPOINT = 5;
/** Endpoints served at the same time; the others wait for their turn. */
const MAX_LANES = 100;
/** What takes longer when the process has to go is cut off, and tried again elsewhere. */
const LAST_ANSWERS_MS = 3_000;

interface Lane {
  /** Whether there may be more to send than it has found. */
  again: boolean;
  done: Promise<void>;
}

/**
 * Sends what is due, a lane for each endpoint: a slow one holds up only itself. One with more to send than fits into a lane
 * goes to the end of the queue with the rest, so that many slow ones hold up the others for one attempt. A message is sent until its receiver
 * takes it, so it may arrive twice when a worker dies in between; its id tells.
 */
@Injectable()
export class SendMessages implements JobHandler<SendMessagesPayload>, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SendMessages.name);
  /** By endpoint. */
  private readonly lanes = new Map<string, Lane>();
  /** Endpoints that wait for a lane, in their order. */
  private readonly waiting = new Set<string>();
  private stop = async (): Promise<void> => undefined;
  private readonly cutOff = new AbortController();
  private stopping = false;

  constructor(
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    private readonly makers: FollowMakers,
    private readonly post: PostMessage,
    private readonly outcomes: MessageOutcomes,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'sweeping messages failed', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.sweep(), onError);
  }

  /** Ends after the attempts under way; their claims would run out only in a minute. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.stop();
    const deadline = setTimeout(() => this.cutOff.abort(), LAST_ANSWERS_MS);
    await Promise.all([...this.lanes.values()].map(({ done }) => done));
    clearTimeout(deadline);
  }

  async handle({ endpointIds }: SendMessagesPayload): Promise<void> {
    for (const id of endpointIds) this.start(id);
  }

  private async sweep(): Promise<void> {
    for (const id of await this.endpoints.withDueMessages()) this.start(id);
  }

  private start(endpointId: string): void {
    const lane = this.lanes.get(endpointId);
    if (lane !== undefined) lane.again = true;
    else {
      this.waiting.add(endpointId);
      this.fillLanes();
    }
  }

  private fillLanes(): void {
    for (const endpointId of this.waiting) {
      if (this.stopping || this.lanes.size >= MAX_LANES) return;
      this.waiting.delete(endpointId);
      const lane = { again: false, done: Promise.resolve() };
      this.lanes.set(endpointId, lane);
      lane.done = this.run(endpointId, lane);
    }
  }

  private async run(endpointId: string, lane: Lane): Promise<void> {
    const failed = (error: unknown): [] => {
      this.logger.warn({ msg: 'sending failed, the next sweep tries again', endpointId, err: error });
      return [];
    };
    // Without the lease nothing may go out; the sweep comes back.
    const claimed = this.makers.maySend
      ? await this.messages.claimDue(endpointId, AT_ONCE_PER_ENDPOINT).catch(failed)
      : [];
    if (claimed.length === AT_ONCE_PER_ENDPOINT) lane.again = true;
    await Promise.all(claimed.map((message) => this.send(message).catch(failed)));
    // In the tick in which it looks at `again` for the last time.
    this.lanes.delete(endpointId);
    if (lane.again) this.waiting.add(endpointId);
    this.fillLanes();
  }

  private async send(message: ClaimedMessage): Promise<void> {
    const { endpointId: id, endpointName: name } = message;
    const isAllowed = await this.makers.run({ ...message, id, name }, permissionOf(message), (signal) =>
      this.attempt(message, AbortSignal.any([this.cutOff.signal, signal])),
    );
    if (!isAllowed) await this.outcomes.withhold(message);
  }

  private async attempt(message: ClaimedMessage, signal: AbortSignal): Promise<void> {
    if (!this.makers.maySend) return this.messages.release(message);
    const at = new Date(databaseNow());
    const begin = performance.now();
    const answer = await this.post.send(message, signal);
    if (answer.status === null && signal.aborted) return this.messages.release(message);
    const attempt = { at, tookMs: Math.round(performance.now() - begin), status: answer.status, error: answer.error };
    if (attempt.error === null) await this.outcomes.accepted(message, attempt);
    else await this.outcomes.refused(message, attempt, answer.retryAfterMs);
  }
}
