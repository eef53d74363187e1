import { z } from 'zod';

/** A user as others may see one. */
export const userResponse = z
  .object({ id: z.uuid(), email: z.string(), name: z.string(), isAdmin: z.boolean() })
  .meta({ id: 'User' });

export type UserResponse = z.infer<typeof userResponse>;

/** Picks what may be seen: everything else that the argument carries stays behind. */
export function showUser({ id, email, name, isAdmin }: UserResponse): UserResponse {
  return { id, email, name, isAdmin };
}
