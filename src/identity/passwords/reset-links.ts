import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { writeLinkMail } from '../../platform/mail/link-mail.js';
import { MailTransport } from '../../platform/mail/mail-transport.js';
import { newOneTimeToken } from '../public/one-time-token.js';

const LIFETIME_HOURS = 1;
const MAIL_MS = 15_000;

/** A link with which its holder sets a new password, once. */
export interface ResetLink {
  readonly url: string;
  readonly expiresAt: Date;
  readonly hash: Buffer;
}

/** Makes and mails links that reset a password. */
@Injectable()
export class ResetLinks {
  constructor(
    private readonly database: Database,
    private readonly mail: MailTransport,
    private readonly config: Config,
  ) {}

  /** Earlier links stay valid: otherwise a visitor could void the one that the user is about to follow. */
  async create(tx: Transaction, userId: string): Promise<ResetLink> {
    const { token, hash } = newOneTimeToken();
    await tx.query('DELETE FROM password_resets WHERE expires_at < now()');
    const [row] = await tx.query<{ expires_at: Date }>(
      `INSERT INTO password_resets (token_hash, user_id, mailed, expires_at)
       VALUES ($1, $2, false, now() + make_interval(hours => $3)) RETURNING expires_at`,
      [hash, userId, LIFETIME_HOURS],
    );
    if (row === undefined) throw new Error('The link was not stored.');
    // A fragment is part of no request, so that the token is in no log of a server or a proxy.
    return { url: `${this.config.publicUrl}/reset-password#${token}`, expiresAt: row.expires_at, hash };
  }

  /** @returns whether the mail server accepted the mail */
  async send({ url, hash }: ResetLink, address: string, signal?: AbortSignal): Promise<boolean> {
    const mail = {
      subject: 'Set a new password for Tidings',
      before: [`Follow this link to set a new password for ${address} at ${new URL(url).host}:`],
      link: url,
      after: [
        'The link works once, within one hour. Afterwards you are signed out on all your devices.',
        'If you did not ask for it, ignore this mail: your password stays as it is.',
      ],
    };
    const timeout = AbortSignal.timeout(MAIL_MS);
    const signals = signal === undefined ? [timeout] : [timeout, signal];
    const text = writeLinkMail(mail, this.config.publicUrl);
    const { kind } = await this.mail.send(address, text, AbortSignal.any(signals));
    if (kind !== 'accepted') return false;
    await this.database.query('UPDATE password_resets SET mailed = true WHERE token_hash = $1', [hash]);
    return true;
  }
}
