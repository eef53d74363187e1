import { z } from 'zod';

/** With a public key each: what anyone may know can't be mistaken for a secret that signs. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;

/** Somebody else whose tokens count, for one audience. */
export interface OidcIssuer {
  /** As in `iss`, letter for letter. */
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly (typeof ALGORITHMS)[number][];
}

const algorithms = z.array(z.enum(ALGORITHMS)).min(1);

function parseIssuer(text: string, context: z.RefinementCtx): OidcIssuer {
  const [issuer = '', audience = '', names = ALGORITHMS.join('+')] = text.split('|').map((part) => part.trim());
  const allowed = algorithms.safeParse(names.split('+'));
  if (!URL.canParse(issuer) || !isSafe(new URL(issuer)) || audience === '' || !allowed.success) {
    context.addIssue(
      'https://issuer|audience or https://issuer|audience|RS256+ES256, several of them with commas between',
    );
    return z.NEVER;
  }
  return { issuer, audience, algorithms: allowed.data };
}

/** Keys that came over plain http could be anybody's, except from this machine. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}

export const oidcIssuers = z
  .string()
  .transform((value, context) => value.split(',').map((text) => parseIssuer(text, context)))
  .refine((list) => new Set(list.map(({ issuer }) => issuer)).size === list.length, 'names an issuer twice')
  .optional()
  .describe(
    'OpenID Connect issuers whose tokens are accepted: issuer|audience or issuer|audience|RS256+ES256+EdDSA, comma-separated',
  );
