import { z } from 'zod';
import { showUser, userResponse } from '../public/user.schemas.js';
import type { User } from './user.entity.js';

const name = z.string().trim().min(1).max(200);

/** OWASP ASVS 5, 6.2.1 and 6.2.9: short passwords are refused, and every pass phrase is short enough. */
export const newPassword = z.string().min(12).max(1_024);

export const createUserRequest = z
  .strictObject({
    email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
    name: name.optional().describe('the e-mail address when left out'),
    password: newPassword,
  })
  .meta({
    id: 'CreateUserRequest',
    example: { email: 'ada@example.com', name: 'Ada', password: 'a long pass phrase' },
  });

export const changeUserRequest = z
  .strictObject({
    name: name.optional(),
    disabled: z
      .boolean()
      .optional()
      .describe(
        'a disabled user can neither log in nor use a token any more; what was issued before, API keys included, stays void when the user is enabled again',
      ),
    isAdmin: z.boolean().optional(),
  })
  .meta({ id: 'ChangeUserRequest', example: { disabled: true } });

/** A user as administrators see one. */
export const accountResponse = userResponse
  .extend({ disabled: z.boolean(), createdAt: z.iso.datetime() })
  .meta({ id: 'Account' });

export type CreateUserRequest = z.infer<typeof createUserRequest>;
export type ChangeUserRequest = z.infer<typeof changeUserRequest>;
export type AccountResponse = z.infer<typeof accountResponse>;

/** What the audit trail keeps of a user. */
export function auditedAccount({
  email,
  name,
  isAdmin,
  disabled,
}: Pick<User, 'email' | 'name' | 'isAdmin' | 'disabled'>) {
  return { email, name, isAdmin, disabled };
}

export function showAccount(user: User): AccountResponse {
  return { ...showUser(user), disabled: user.disabled, createdAt: user.createdAt.toISOString() };
}
