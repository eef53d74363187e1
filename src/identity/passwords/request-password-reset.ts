import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import { Database } from '../../platform/database/database.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { MailTransport } from '../../platform/mail/mail-transport.js';
import { ResetLinks, type ResetLink } from './reset-links.js';
import { ResetThrottle } from './reset-throttle.js';

const CONCURRENCY = 2;
/** Requests beyond it are dropped: their users try again. */
const MAX_PENDING = 200;

/** Mails a link to a user who has forgotten the password. */
@Injectable()
export class RequestPasswordReset implements OnModuleDestroy {
  private readonly logger = new Logger(RequestPasswordReset.name);
  private readonly slots = new Semaphore(CONCURRENCY);
  private readonly pending = new Set<Promise<void>>();
  private readonly shutdown = new AbortController();

  constructor(
    private readonly links: ResetLinks,
    private readonly throttle: ResetThrottle,
    private readonly mail: MailTransport,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Returns before it looks for the user, so that neither the answer nor its time tells whether an account exists.
   * @throws `password-reset.too-many`
   */
  begin(email: string, client: ClientInfo): void {
    this.throttle.countRequest(client.ip);
    if (!this.mail.isOffered || this.pending.size >= MAX_PENDING || !this.throttle.mayMail(email)) return;
    const work = this.slots
      .run(() => this.mailTo(email, client))
      .catch((error: unknown) => {
        this.logger.warn({ msg: 'a link to set a new password was not mailed', err: error });
      });
    this.pending.add(work);
    void work.finally(() => this.pending.delete(work));
  }

  async onModuleDestroy(): Promise<void> {
    this.shutdown.abort();
    await Promise.all(this.pending);
  }

  private async mailTo(email: string, client: ClientInfo): Promise<void> {
    if (this.shutdown.signal.aborted) return;
    const link = await this.create(email, client);
    if (link === undefined) return;
    const isSent = await this.links.send(link, email, this.shutdown.signal);
    if (!isSent) this.logger.warn({ msg: 'the mail server did not accept a link to set a new password' });
  }

  /** @returns undefined when there is no such user with a password */
  private async create(email: string, client: ClientInfo): Promise<ResetLink | undefined> {
    return this.database.transaction(async (tx) => {
      const [user] = await tx.query<{ id: string }>(
        'SELECT id FROM users WHERE email = $1 AND password_hash IS NOT NULL AND NOT disabled FOR SHARE',
        [email],
      );
      if (user === undefined) return undefined;
      const link = await this.links.create(tx, user.id);
      const entry = { actor: { ...client, actorId: null }, workspaceId: null, target: user.id };
      await this.audit.record(tx, { action: 'password-reset.requested', ...entry });
      return link;
    });
  }
}
