import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import type { Actor } from '../../platform/audit/actor.js';
import { Database } from '../../platform/database/database.js';
import { userDisabled } from '../public/auth.errors.js';
import { lockAdministrator } from '../public/lock-administrator.js';
import { userNotFound } from '../public/user.errors.js';
import { noPassword } from './password-reset.errors.js';
import type { PasswordResetResponse } from './password-reset.schemas.js';
import { ResetLinks } from './reset-links.js';

interface Account {
  readonly email: string;
  readonly disabled: boolean;
  readonly has_password: boolean;
}

/** A link to set a new password that an administrator makes for a user. */
@Injectable()
export class CreatePasswordReset {
  constructor(
    private readonly database: Database,
    private readonly links: ResetLinks,
    private readonly audit: Audit,
  ) {}

  /**
   * Mails the link; without a mail server, or when that fails, the administrator passes it on.
   * @throws `auth.admin-required`, `user.not-found`, `user.no-password`, `auth.user-disabled`
   */
  async run(actor: Actor & { readonly actorId: string }, userId: string): Promise<PasswordResetResponse> {
    const { link, email } = await this.database.transaction(async (tx) => {
      await lockAdministrator(tx, actor.actorId);
      const [user] = await tx.query<Account>(
        'SELECT email, disabled, password_hash IS NOT NULL AS has_password FROM users WHERE id = $1 FOR SHARE',
        [userId],
      );
      if (user === undefined) throw userNotFound();
      if (user.disabled) throw userDisabled();
      if (!user.has_password) throw noPassword();
      const link = await this.links.create(tx, userId);
      const entry = { actor, workspaceId: null, target: userId, after: { expiresAt: link.expiresAt } };
      await this.audit.record(tx, { action: 'password-reset.created', ...entry });
      return { link, email: user.email };
    });
    const mailed = await this.links.send(link, email);
    return { expiresAt: link.expiresAt.toISOString(), mailed, ...(!mailed && { url: link.url }) };
  }
}
