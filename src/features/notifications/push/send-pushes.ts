import { Inject, Injectable, Logger } from '@nestjs/common';
import { OnlineUsers } from '../../../realtime/contracts/online-users.js';
import type { JobHandler } from '../../../platform/queues/define-job.js';
import { outcomeOf } from '../../../platform/queues/job-outcome.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { quietUntil } from '../preferences/quiet-hours.js';
import { PushServices } from './push-services.js';
import type { PushMessage, PushOutcome } from './push-service.js';
import { Pushes, type Push } from './pushes.js';
import { RightsAtSending } from './rights-at-sending.js';
import { sendPushes, type SendPushesPayload } from './send-pushes.job.js';

const AT_A_TIME = 8;
const MOST_ATTEMPTS = 8;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 15 * 60_000;
const WORTH_MS = 24 * 3_600_000;
/** Expo has receipts after about this long. */
const RECEIPT_AFTER_MS = 15 * 60_000;
const MOST_TITLE = 120;
const MOST_BODY = 240;

/** Brings notifications to browsers and phones of people who are away. The rows are the truth, jobs only say when to look. */
@Injectable()
export class SendPushes implements JobHandler<SendPushesPayload> {
  private readonly logger = new Logger(SendPushes.name);

  constructor(
    private readonly pushes: Pushes,
    private readonly services: PushServices,
    private readonly rights: RightsAtSending,
    private readonly onlineUsers: OnlineUsers,
    @Inject(queueOf(sendPushes)) private readonly jobs: JobQueue<SendPushesPayload>,
  ) {}

  async handle({ pushIds }: SendPushesPayload): Promise<void> {
    const due = await this.pushes.claim(pushIds);
    for (let start = 0; start < due.length; start += AT_A_TIME) {
      await Promise.all(due.slice(start, start + AT_A_TIME).map((push) => this.advance(push)));
    }
  }

  private async advance(push: Push): Promise<void> {
    if (push.ticket !== null) return this.settle(push, await this.ask(push, push.ticket));
    if (push.isSeen || Date.now() - push.createdAt.getTime() > WORTH_MS) return this.pushes.end(push.id);
    const quiet = quietEnd(push);
    if (quiet !== undefined) return this.pushes.postpone(push.id, quiet.getTime() - Date.now(), false);
    // Whoever is here has seen it live.
    if ((await this.onlineUsers.online([push.userId])).has(push.userId)) return this.pushes.end(push.id);
    await this.settle(push, await this.send(push));
  }

  private async send(push: Push): Promise<PushOutcome> {
    try {
      const target = this.pushes.targetOf(push);
      const outcome = await this.rights.run(push, (may) => this.services.of(push).send(target, messageOf(push), may));
      return outcome ?? { kind: 'refused', reason: 'The user may not see it any more.' };
    } catch (error) {
      return outcomeOfFailure(error);
    }
  }

  private async ask(push: Push, ticket: string): Promise<PushOutcome> {
    try {
      return (await this.services.of(push).outcomeOf?.(ticket)) ?? { kind: 'accepted' };
    } catch (error) {
      return outcomeOfFailure(error);
    }
  }

  private async settle(push: Push, outcome: PushOutcome): Promise<void> {
    const { id: pushId, kind, service, attempts } = push;
    if (outcome.kind === 'accepted') return this.pushes.end(pushId);
    if (outcome.kind === 'ticket') return this.pushes.keepTicket(pushId, outcome.ticket, RECEIPT_AFTER_MS);
    if (outcome.kind === 'gone') return this.pushes.forgetSubscription(push.subscriptionId);
    const again = outcome.kind === 'later' && attempts < MOST_ATTEMPTS;
    this.logger.warn({
      msg: 'a push was not accepted',
      pushId,
      kind,
      service,
      attempts,
      again,
      reason: outcome.reason,
    });
    if (!again) return this.pushes.end(pushId);
    const delayMs = Math.max(outcome.afterMs ?? 0, retryDelayMs(attempts));
    await this.pushes.postpone(pushId, delayMs, true);
    await this.pushes.announce(this.jobs, [pushId], delayMs);
  }
}

function outcomeOfFailure(error: unknown): PushOutcome {
  const reason = error instanceof Error ? error.message : 'unknown';
  return { kind: outcomeOf(error) === 'discard' ? 'refused' : 'later', reason };
}

function quietEnd({ timeZone, fromMinute, untilMinute }: Push): Date | undefined {
  if (timeZone == null || fromMinute == null || untilMinute == null) return undefined;
  return quietUntil({ timeZone, fromMinute, untilMinute }, new Date());
}

function messageOf({ notificationId: id, kind, title, body, path, subject, createdAt }: Push): PushMessage {
  const ttlSeconds = Math.max(60, Math.round((createdAt.getTime() + WORTH_MS - Date.now()) / 1_000));
  return { id, kind, title: shorten(title, MOST_TITLE), body: shorten(body, MOST_BODY), path, subject, ttlSeconds };
}

function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** Doubles with every try; up to half of it is left to chance, so that what failed together doesn't come back together. */
function retryDelayMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS) * (1 - Math.random() / 2);
}
