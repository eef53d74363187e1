import { z } from 'zod';
import type { Profile } from './provision-user.js';

/** PostgreSQL cannot store U+0000. */
const claim = z.string().regex(/^[^\0]*$/);

/** The claims about a person, in access tokens, ID tokens and answers of the userinfo endpoint. */
export const profileClaims = z.object({
  sub: claim.min(1).max(255),
  email: z.string().max(254).optional().catch(undefined),
  // Some issuers send every claim as a string.
  email_verified: z.union([z.boolean(), z.string()]).optional().catch(undefined),
  name: claim.max(200).optional().catch(undefined),
});

export function profileOf({ name, email, email_verified }: z.infer<typeof profileClaims>): Profile {
  const isVerified = String(email_verified).toLowerCase() === 'true';
  return { name, email: isVerified ? email : undefined };
}
