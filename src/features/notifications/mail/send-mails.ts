import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { backoffMs } from '../../../platform/concurrency/backoff.js';
import { mapLimit } from '../../../platform/concurrency/map-limit.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { Config } from '../../../platform/config/config.js';
import { MailTransport, type MailOutcome } from '../../../platform/mail/mail-transport.js';
import { quietUntil } from '../preferences/quiet-hours.js';
import { RightsListener } from '../rights-listener.js';
import { MailStore, type PendingMail } from './mail.store.js';
import { writeMail } from './write-mail.js';

const SWEEP_MS = 5_000;
const USERS_PER_SWEEP = 100;
const CONCURRENCY = 5;
/** With the backoff they take about a day. */
const MAX_ATTEMPTS = 30;
const BACKOFF = { firstMs: 10_000, maxMs: 3_600_000 };
/** On shutdown, attempts that take longer are aborted; another worker retries them. */
const SHUTDOWN_GRACE_MS = 3_000;

/**
 * Sends each user one mail with what is due. The rows are the truth. A worker that crashes between the answer of the
 * server and the deletion of the rows leaves a mail that is sent again.
 */
@Injectable()
export class SendMails implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SendMails.name);
  private readonly shutdown = new AbortController();
  private isStopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly mails: MailStore,
    private readonly transport: MailTransport,
    private readonly rights: RightsListener,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.transport.isOffered) return;
    const onError = (error: unknown) => this.logger.warn({ msg: 'cannot send mails', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.sweep(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const deadline = setTimeout(() => this.shutdown.abort(), SHUTDOWN_GRACE_MS);
    await this.stop();
    clearTimeout(deadline);
  }

  async sweep(): Promise<void> {
    await mapLimit(await this.mails.usersWithDue(USERS_PER_SWEEP), CONCURRENCY, (userId) => this.sendTo(userId));
  }

  private async sendTo(userId: string): Promise<void> {
    if (this.isStopping) return;
    const claimed = await this.mails.claim(userId);
    await this.mails.delete(idsOf(claimed.filter(({ isWanted }) => !isWanted)));
    const wanted = claimed.filter(({ isWanted }) => isWanted);
    const [first] = wanted;
    if (first === undefined) return;
    const quiet = quietEnd(first);
    if (quiet === undefined) await this.settle(wanted, await this.sendPermitted(wanted));
    else await this.mails.release(idsOf(wanted), quiet);
  }

  /** Accepted also when the user may see none of it any more. */
  private async sendPermitted(wanted: readonly PendingMail[]): Promise<MailOutcome> {
    let outcome: MailOutcome = { kind: 'accepted' };
    const outgoing = wanted.map((mail) => ({ ...mail, sessionId: null, subscribedAt: new Date(databaseNow()) }));
    try {
      await this.rights.sendPermitted(outgoing, async (permitted, guard) => {
        const [first] = permitted;
        if (first === undefined) return;
        const signal = AbortSignal.any([guard.signal, this.shutdown.signal]);
        outcome = guard.mayStillSend()
          ? await this.transport.send(first.address, writeMail(permitted, this.config.publicUrl), signal)
          : { kind: 'later', reason: 'the rights have changed' };
      });
    } catch {
      return { kind: 'later', reason: 'the rights could not be verified' };
    }
    return outcome;
  }

  private async settle(mails: readonly PendingMail[], outcome: MailOutcome): Promise<void> {
    if (outcome.kind === 'accepted') return this.mails.delete(idsOf(mails));
    const attempts = Math.max(...mails.map((mail) => mail.attempts));
    const isRetried = outcome.kind === 'later' && attempts < MAX_ATTEMPTS;
    this.logger.warn({ msg: 'a mail was not accepted', attempts, again: isRetried, reason: outcome.reason });
    if (isRetried) await this.mails.retryIn(idsOf(mails), backoffMs(attempts, BACKOFF));
    else await this.mails.delete(idsOf(mails));
  }
}

const idsOf = (mails: readonly PendingMail[]): string[] => mails.map(({ notificationId }) => notificationId);

function quietEnd({ timeZone, fromMinute, untilMinute }: PendingMail): Date | undefined {
  if (timeZone == null || fromMinute == null || untilMinute == null) return undefined;
  return quietUntil({ timeZone, fromMinute, untilMinute }, new Date(databaseNow()));
}
