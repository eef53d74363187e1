import { z } from 'zod';

/** A user as shown to other users. */
export const userResponse = z.object({ id: z.uuid(), email: z.string(), name: z.string(), isAdmin: z.boolean() });

export type UserResponse = z.infer<typeof userResponse>;

/** A user as shown to themselves. */
export const ownUserResponse = userResponse
  .extend({
    mustChangePassword: z
      .boolean()
      .describe('another person has chosen the password: apps should ask for a new one; the API stays usable'),
  })
  .meta({ id: 'User' });

export type OwnUserResponse = z.infer<typeof ownUserResponse>;

/** Picks the public fields only, since the argument may carry more. */
export function showUser({ id, email, name, isAdmin }: UserResponse): UserResponse {
  return { id, email, name, isAdmin };
}

export function showOwnUser({ mustChangePassword, ...user }: OwnUserResponse): OwnUserResponse {
  return { ...showUser(user), mustChangePassword };
}
