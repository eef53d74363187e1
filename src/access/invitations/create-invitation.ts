import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { newOneTimeToken } from '../../identity/public/one-time-token.js';
import { emailTaken } from '../../identity/public/user.errors.js';
import { Audit } from '../../platform/audit/audit.js';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { MailTransport } from '../../platform/mail/mail-transport.js';
import { alreadyMember, tooManyInvitations } from './invitation.errors.js';
import { lockInviter } from './invitation-rights.js';
import { countInvitations, findByToken, insertInvitation, markMailed, type NewInvitation } from './invitation-rows.js';
import { showInvitation, type CreateInvitationRequest, type NewInvitationResponse } from './invitation.schemas.js';
import { writeInvitation } from './write-invitation.js';

const MAX_OPEN = 500;
const MAIL_MS = 15_000;

@Injectable()
export class CreateInvitation {
  constructor(
    private readonly database: Database,
    private readonly mail: MailTransport,
    private readonly audit: Audit,
    private readonly config: Config,
  ) {}

  /**
   * Mails the link; without a mail server, or when that fails, the inviter passes it on.
   * @throws the errors of `lockInviter`, `invitation.already-member`, `user.email-taken`, `invitation.too-many`
   */
  async run(actor: RequestActor, wanted: CreateInvitationRequest): Promise<NewInvitationResponse> {
    const { workspaceId = null } = wanted;
    const invitation = {
      id: newId(),
      email: wanted.email,
      name: wanted.name ?? null,
      workspaceId: workspaceId?.toLowerCase() ?? null,
      role: workspaceId === null ? null : (wanted.role ?? 'member'),
      invitedBy: actor.principal.userId,
    };
    const { token, hash } = newOneTimeToken();
    const row = await this.database.transaction(async (tx) => {
      await lockInviter(tx, actor.principal, invitation);
      await checkAddress(tx, invitation);
      const inserted = await insertInvitation(tx, invitation, hash);
      if ((await countInvitations(tx, invitation.workspaceId)) > MAX_OPEN) throw tooManyInvitations();
      const { email, role, id } = invitation;
      const entry = { actor, workspaceId: invitation.workspaceId, target: id, after: { email, role } };
      await this.audit.record(tx, { action: 'invitation.created', ...entry });
      return inserted;
    });
    // A fragment is part of no request, so that the token is in no log of a server or a proxy.
    const url = `${this.config.publicUrl}/invitation#${token}`;
    const mailed = await this.send(hash, url);
    if (mailed) await markMailed(this.database, row.id);
    return { ...showInvitation({ ...row, mailed }), ...(!mailed && { url }) };
  }

  private async send(hash: Buffer, url: string): Promise<boolean> {
    const held = this.mail.isOffered ? await findByToken(this.database, hash) : undefined;
    if (held === undefined) return false;
    const text = writeInvitation(held, url, this.config.publicUrl);
    return (await this.mail.send(held.email, text, AbortSignal.timeout(MAIL_MS))).kind === 'accepted';
  }
}

/** Members of a workspace may not learn which addresses have accounts; administrators know all of them. */
async function checkAddress(tx: Transaction, { workspaceId, email }: NewInvitation): Promise<void> {
  const [user] = await tx.query<{ isMember: boolean }>(
    `SELECT members.user_id IS NOT NULL AS "isMember" FROM users
     LEFT JOIN members ON members.user_id = users.id AND members.workspace_id = $2 WHERE email = $1`,
    [email, workspaceId],
  );
  if (user === undefined) return;
  if (workspaceId === null) throw emailTaken();
  if (user.isMember) throw alreadyMember();
}
