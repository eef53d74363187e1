import { z } from 'zod';

export const userTokenRequest = z
  .strictObject({
    expiresIn: z
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('life of the token in seconds; at the most, and when left out, as long as any access token lives'),
  })
  .optional()
  .meta({ id: 'UserTokenRequest', example: { expiresIn: 300 } });

export type UserTokenRequest = z.infer<typeof userTokenRequest>;
