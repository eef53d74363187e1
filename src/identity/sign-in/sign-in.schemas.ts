import { z } from 'zod';

export const signInProviders = z
  .object({
    password: z.boolean().describe('whether users can sign in with a password'),
    passwordReset: z.boolean().describe('whether `POST /v1/password-resets` can send a mail to a user'),
    providers: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        url: z.url().describe('where a browser begins the sign-in; `?to=/path` names the page to return to'),
      }),
    ),
  })
  .meta({ id: 'SignInProviders' });

export type SignInProviders = z.infer<typeof signInProviders>;

export const beginQuery = z.object({
  to: z
    .string()
    .max(1_000)
    .optional()
    .describe('the page of Tidings to return to: a path such as `/w/…/live`; another address is ignored'),
});

export type BeginQuery = z.infer<typeof beginQuery>;
