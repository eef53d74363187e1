import { z } from 'zod';

export const loginRequest = z
  .strictObject({ email: z.string().trim().max(254), password: z.string().max(1_024) })
  .meta({ id: 'LoginRequest', example: { email: 'ada@example.com', password: 'a long pass phrase' } });

export type LoginRequest = z.infer<typeof loginRequest>;
