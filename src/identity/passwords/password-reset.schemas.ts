import { z } from 'zod';
import { newPassword } from '../public/new-password.js';

const byEmail = z.strictObject({ email: z.string().trim().toLowerCase().max(254).pipe(z.email()) });
const byUser = z.strictObject({ userId: z.uuid() });

export const passwordResetRequest = z
  .union([byEmail, byUser])
  .meta({ id: 'PasswordResetRequest', example: { email: 'ada@example.com' } });

export const completeResetRequest = z
  .strictObject({ token: z.string().max(200), password: newPassword })
  .meta({ id: 'CompletePasswordResetRequest', example: { token: 'from the link', password: 'a long pass phrase' } });

export const passwordResetResponse = z
  .object({
    expiresAt: z.iso.datetime(),
    mailed: z.boolean().describe('whether the mail server accepted a mail to the user'),
    url: z.url().optional().describe('the link for the user, only when no mail was sent; shown once'),
  })
  .meta({ id: 'PasswordReset' });

export type PasswordResetRequest = z.infer<typeof passwordResetRequest>;
export type CompleteResetRequest = z.infer<typeof completeResetRequest>;
export type PasswordResetResponse = z.infer<typeof passwordResetResponse>;
