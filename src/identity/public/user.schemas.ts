import { z } from 'zod';

/** A user as shown to other users. */
export const userResponse = z
  .object({ id: z.uuid(), email: z.string(), name: z.string(), isAdmin: z.boolean() })
  .meta({ id: 'User' });

export type UserResponse = z.infer<typeof userResponse>;

/** Picks the public fields only, since the argument may carry more. */
export function showUser({ id, email, name, isAdmin }: UserResponse): UserResponse {
  return { id, email, name, isAdmin };
}
