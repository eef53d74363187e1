import { backoffMs } from '../../../platform/concurrency/backoff.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { OnlineUsers } from '../../../realtime/public/online-users.js';
import type { JobHandler } from '../../../platform/queues/define-job.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { quietUntil } from '../preferences/quiet-hours.js';
import { PushDispatcher, MAX_AGE_MS } from './push-dispatcher.js';
import type { PushOutcome } from './push-service.js';
import { Pushes, type Push } from './pushes.js';
import { sendPushes, type SendPushesPayload } from './send-pushes.job.js';
import { mapLimit } from '../../../platform/concurrency/map-limit.js';

const CONCURRENCY = 8;
const MAX_ATTEMPTS = 8;
/** After this many rejections in a row a subscription counts as ended, even without a 404 or 410. */
const MAX_REFUSALS = 3;
const BACKOFF = { firstMs: 2_000, maxMs: 15 * 60_000 };
/** Expo has receipts after about this time. */
const RECEIPT_AFTER_MS = 15 * 60_000;

/** Sends pushes to the browsers and phones of users who are offline. The rows are the truth; jobs are only hints. */
@Injectable()
export class SendPushes implements JobHandler<SendPushesPayload> {
  private readonly logger = new Logger(SendPushes.name);

  constructor(
    private readonly pushes: Pushes,
    private readonly dispatcher: PushDispatcher,
    private readonly onlineUsers: OnlineUsers,
    @Inject(queueOf(sendPushes)) private readonly jobs: JobQueue<SendPushesPayload>,
  ) {}

  async handle({ pushIds }: SendPushesPayload): Promise<void> {
    const due = await this.pushes.claim(pushIds);
    await mapLimit(this.dispatcher.batchesOf(due), CONCURRENCY, (batch) => this.advance(batch));
  }

  private async advance(batch: readonly Push[]): Promise<void> {
    const online = await this.onlineUsers.online(batch.map(({ userId }) => userId));
    const isSendable = await mapLimit(batch, CONCURRENCY, (push) => this.isSendable(push, online));
    const sendable = batch.filter((_, place) => isSendable[place] === true);
    if (sendable.length === 0) return;
    const outcomes = await this.dispatcher.dispatch(sendable);
    await mapLimit([...outcomes], CONCURRENCY, ([push, outcome]) => this.settle(push, outcome));
    await this.retryLater([...outcomes].filter(([push, outcome]) => shouldRetry(push, outcome)));
  }

  /** @returns false for a push that was postponed or deleted */
  private async isSendable(push: Push, online: ReadonlySet<string>): Promise<boolean> {
    if (push.ticket !== null) return true;
    const isOver = push.isSeen || databaseNow() - push.createdAt.getTime() > MAX_AGE_MS;
    const quiet = isOver ? undefined : quietEnd(push);
    if (quiet !== undefined) await this.pushes.postpone([push.id], quiet.getTime() - databaseNow(), false);
    // A user who is online got the notification live.
    else if (isOver || online.has(push.userId)) await this.pushes.delete(push.id);
    else return true;
    return false;
  }

  private async settle(push: Push, outcome: PushOutcome): Promise<void> {
    const { id, subscriptionId } = push;
    const isAccepted = outcome.kind === 'accepted' || outcome.kind === 'ticket';
    if (isAccepted && push.refusals > 0) await this.pushes.resetRefusals(subscriptionId);
    if (outcome.kind === 'accepted') return this.pushes.delete(id);
    if (outcome.kind === 'ticket') return this.pushes.keepTicket(id, outcome.ticket, RECEIPT_AFTER_MS);
    if (outcome.kind === 'gone') return this.pushes.deleteSubscription(subscriptionId);
    const { kind, service, attempts } = push;
    const isRetried = shouldRetry(push, outcome);
    const { reason } = outcome;
    this.logger.warn({ msg: 'a push was not accepted', pushId: id, kind, service, attempts, again: isRetried, reason });
    if (!isRetried) await this.pushes.delete(id);
    if (outcome.kind === 'rejected' && outcome.isTargetFault === true) await this.countRefusal(push);
  }

  private async countRefusal({ subscriptionId, service }: Push): Promise<void> {
    if ((await this.pushes.countRefusal(subscriptionId)) < MAX_REFUSALS) return;
    await this.pushes.deleteSubscription(subscriptionId);
    this.logger.warn({
      msg: `a push subscription was deleted after ${MAX_REFUSALS} rejected pushes in a row`,
      service,
    });
  }

  /** Pushes that failed together are retried together. */
  private async retryLater(failed: readonly (readonly [Push, PushOutcome])[]): Promise<void> {
    if (failed.length === 0) return;
    const requestedMs = failed.map(([, outcome]) => (outcome.kind === 'later' ? (outcome.afterMs ?? 0) : 0));
    const attempts = Math.max(...failed.map(([push]) => push.attempts));
    const delayMs = Math.max(...requestedMs, backoffMs(attempts, BACKOFF));
    const ids = failed.map(([{ id }]) => id);
    await this.pushes.postpone(ids, delayMs, true);
    await this.pushes.enqueue(this.jobs, ids, delayMs);
  }
}

const shouldRetry = ({ attempts }: Push, { kind }: PushOutcome): boolean => kind === 'later' && attempts < MAX_ATTEMPTS;

function quietEnd({ timeZone, fromMinute, untilMinute }: Push): Date | undefined {
  if (timeZone == null || fromMinute == null || untilMinute == null) return undefined;
  return quietUntil({ timeZone, fromMinute, untilMinute }, new Date(databaseNow()));
}
