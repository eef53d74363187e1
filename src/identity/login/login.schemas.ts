import { z } from 'zod';
import { userResponse } from '../public/user.schemas.js';

export const loginRequest = z
  .strictObject({ email: z.string().trim().max(254), password: z.string().max(1_024) })
  .meta({ id: 'LoginRequest', example: { email: 'ada@example.com', password: 'a long pass phrase' } });

export const loginResponse = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int().describe('lifetime of the access token in seconds'),
    user: userResponse,
  })
  .meta({ id: 'Login' });

export type LoginRequest = z.infer<typeof loginRequest>;
export type LoginResponse = z.infer<typeof loginResponse>;
