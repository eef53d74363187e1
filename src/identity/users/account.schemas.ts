import { z } from 'zod';
import { newPassword } from '../public/new-password.js';
import { showUser, userResponse } from '../public/user.schemas.js';
import type { User } from './user.entity.js';

const name = z.string().trim().min(1).max(200);

export const createUserRequest = z
  .strictObject({
    email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
    name: name.optional().describe('defaults to the e-mail address'),
    password: newPassword,
    mustChangePassword: z
      .boolean()
      .default(false)
      .describe('whether the user should choose another password at the first sign-in'),
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
        'a disabled user can neither log in nor use a token; enabling the user again does not restore earlier credentials, API keys included',
      ),
    isAdmin: z.boolean().optional(),
  })
  .meta({ id: 'ChangeUserRequest', example: { disabled: true } });

/** A user as shown to administrators. */
export const accountResponse = userResponse
  .extend({ disabled: z.boolean(), createdAt: z.iso.datetime() })
  .meta({ id: 'Account' });

export type CreateUserRequest = z.input<typeof createUserRequest>;
export type ChangeUserRequest = z.infer<typeof changeUserRequest>;
export type AccountResponse = z.infer<typeof accountResponse>;

/** The fields of a user that the audit trail records. */
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
