import { z } from 'zod';
import { ownUserResponse } from './user.schemas.js';

/** The response of every call that begins or renews a session. */
export const loginResponse = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int().describe('lifetime of the access token in seconds'),
    user: ownUserResponse,
  })
  .meta({ id: 'Login' });

export type LoginResponse = z.infer<typeof loginResponse>;
