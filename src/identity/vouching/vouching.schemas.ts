import { z } from 'zod';

export const userTokenRequest = z
  .strictObject({
    expiresIn: z
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('lifetime of the token in seconds; defaults to that of any access token, which is also the maximum'),
  })
  .optional()
  .meta({ id: 'UserTokenRequest', example: { expiresIn: 300 } });

export type UserTokenRequest = z.infer<typeof userTokenRequest>;
