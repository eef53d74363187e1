import { Inject, Injectable, Logger } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { OnlineUsers } from '../../../realtime/public/online-users.js';
import type { JobHandler } from '../../../platform/queues/define-job.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { quietUntil } from '../preferences/quiet-hours.js';
import { HandOver, WORTH_MS } from './hand-over.js';
import type { PushOutcome } from './push-service.js';
import { Pushes, type Push } from './pushes.js';
import { sendPushes, type SendPushesPayload } from './send-pushes.job.js';
import { mapLimit } from '../../../platform/concurrency/map-limit.js';

const AT_A_TIME = 8;
const MAX_ATTEMPTS = 8;
/** Refused so often in a row, a subscription has ended, though its service doesn't say so by 404 or 410. */
const MAX_REFUSALS = 3;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 15 * 60_000;
/** Expo has receipts after about this long. */
const RECEIPT_AFTER_MS = 15 * 60_000;

/** Brings notifications to browsers and phones of people who are away. The rows are the truth, jobs only say when to look. */
@Injectable()
export class SendPushes implements JobHandler<SendPushesPayload> {
  private readonly logger = new Logger(SendPushes.name);

  constructor(
    private readonly pushes: Pushes,
    private readonly handOver: HandOver,
    private readonly onlineUsers: OnlineUsers,
    @Inject(queueOf(sendPushes)) private readonly jobs: JobQueue<SendPushesPayload>,
  ) {}

  async handle({ pushIds }: SendPushesPayload): Promise<void> {
    const due = await this.pushes.claim(pushIds);
    await mapLimit(this.handOver.batchesOf(due), AT_A_TIME, (batch) => this.advance(batch));
  }

  private async advance(batch: readonly Push[]): Promise<void> {
    const online = await this.onlineUsers.online(batch.map(({ userId }) => userId));
    const wanted = await mapLimit(batch, AT_A_TIME, (push) => this.isWanted(push, online));
    const going = batch.filter((_, place) => wanted[place] === true);
    if (going.length === 0) return;
    const outcomes = await this.handOver.run(going);
    await mapLimit([...outcomes], AT_A_TIME, ([push, outcome]) => this.settle(push, outcome));
    await this.sendLater([...outcomes].filter(([push, outcome]) => isForLater(push, outcome)));
  }

  /** @returns false when there is nothing to do about it now, or any more */
  private async isWanted(push: Push, online: ReadonlySet<string>): Promise<boolean> {
    if (push.ticket !== null) return true;
    const isOver = push.isSeen || databaseNow() - push.createdAt.getTime() > WORTH_MS;
    const quiet = isOver ? undefined : quietEnd(push);
    if (quiet !== undefined) await this.pushes.postpone([push.id], quiet.getTime() - databaseNow(), false);
    // Whoever is here has seen it live.
    else if (isOver || online.has(push.userId)) await this.pushes.end(push.id);
    else return true;
    return false;
  }

  private async settle(push: Push, outcome: PushOutcome): Promise<void> {
    const { id, subscriptionId } = push;
    const isTaken = outcome.kind === 'accepted' || outcome.kind === 'ticket';
    if (isTaken && push.refusals > 0) await this.pushes.forgetRefusals(subscriptionId);
    if (outcome.kind === 'accepted') return this.pushes.end(id);
    if (outcome.kind === 'ticket') return this.pushes.keepTicket(id, outcome.ticket, RECEIPT_AFTER_MS);
    if (outcome.kind === 'gone') return this.pushes.forgetSubscription(subscriptionId);
    const { kind, service, attempts } = push;
    const again = isForLater(push, outcome);
    const { reason } = outcome;
    this.logger.warn({ msg: 'a push was not accepted', pushId: id, kind, service, attempts, again, reason });
    if (!again) await this.pushes.end(id);
    if (outcome.kind === 'refused' && outcome.ofTarget === true) await this.countRefusal(push);
  }

  private async countRefusal({ subscriptionId, service }: Push): Promise<void> {
    if ((await this.pushes.countRefusal(subscriptionId)) < MAX_REFUSALS) return;
    await this.pushes.forgetSubscription(subscriptionId);
    this.logger.warn({ msg: `a subscription has ended: ${MAX_REFUSALS} pushes in a row were refused`, service });
  }

  /** What failed together is tried again together. */
  private async sendLater(late: readonly (readonly [Push, PushOutcome])[]): Promise<void> {
    if (late.length === 0) return;
    const asked = late.map(([, outcome]) => (outcome.kind === 'later' ? (outcome.afterMs ?? 0) : 0));
    const delayMs = Math.max(...asked, retryDelayMs(Math.max(...late.map(([{ attempts }]) => attempts))));
    const ids = late.map(([{ id }]) => id);
    await this.pushes.postpone(ids, delayMs, true);
    await this.pushes.announce(this.jobs, ids, delayMs);
  }
}

const isForLater = ({ attempts }: Push, { kind }: PushOutcome): boolean => kind === 'later' && attempts < MAX_ATTEMPTS;

function quietEnd({ timeZone, fromMinute, untilMinute }: Push): Date | undefined {
  if (timeZone == null || fromMinute == null || untilMinute == null) return undefined;
  return quietUntil({ timeZone, fromMinute, untilMinute }, new Date(databaseNow()));
}

/** Doubles with every try; up to half of it is left to chance, so that what failed together doesn't come back together. */
function retryDelayMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS) * (1 - Math.random() / 2);
}
