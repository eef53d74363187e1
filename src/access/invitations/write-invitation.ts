import { writeLinkMail } from '../../platform/mail/link-mail.js';
import type { MailText } from '../../platform/mail/mail-text.js';
import type { HeldInvitation } from './invitation-rows.js';

/** @param publicUrl the root of the app */
export function writeInvitation(
  { inviter, workspaceName, role, email }: HeldInvitation,
  url: string,
  publicUrl: string,
): MailText {
  const place = workspaceName === null ? 'Tidings' : `the workspace ${workspaceName}`;
  const aim = workspaceName === null ? '' : ` with the role ${role}`;
  const mail = {
    subject: `${inviter} invites you to ${place}`,
    before: [`${inviter} invites ${email} to join ${place}${aim} at ${new URL(publicUrl).host}. Follow this link:`],
    link: url,
    after: ['The link works once, within 7 days.', `If you do not know ${inviter}, ignore this mail.`],
  };
  return writeLinkMail(mail, publicUrl);
}
