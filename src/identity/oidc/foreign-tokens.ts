import { Injectable } from '@nestjs/common';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Config } from '../../platform/config/config.js';
import type { OidcIssuer } from '../../platform/config/oidc-issuers.js';
import { TidingsError } from '../../platform/errors/define-error.js';
import { invalidToken, tokenExpired } from '../contracts/auth.errors.js';
import type { Grant } from '../contracts/principal.js';
import { LEEWAY_SECONDS } from '../tokens/access-tokens.js';
import { isCompactForm } from '../tokens/compact-form.js';
import { IssuerKeys } from './issuer-keys.js';
import { ProvisionUser } from './provision-user.js';

/** RFC 8725, 3.11: a token for something else, such as a logout, says so. Many issuers say nothing, or only `JWT`. */
const TYPES = [undefined, 'jwt', 'at+jwt'];

/** PostgreSQL keeps no U+0000. */
const claim = z.string().regex(/^[^\0]*$/);

const identityClaims = z.object({
  sub: claim.min(1).max(255),
  exp: z.number(),
  email: z.string().max(254).optional().catch(undefined),
  email_verified: z.boolean().optional().catch(undefined),
  name: claim.max(200).optional().catch(undefined),
});

interface Trusted {
  readonly issuer: OidcIssuer;
  readonly keys: IssuerKeys;
}

/** Judges the tokens of those issuers that the settings name. */
@Injectable()
export class ForeignTokens {
  /** A token's `iss` only chooses among these, and is never an address to ask. */
  private readonly trusted: ReadonlyMap<string, Trusted>;

  constructor(
    { oidcIssuers }: Config,
    private readonly users: ProvisionUser,
  ) {
    this.trusted = new Map(oidcIssuers.map((issuer) => [issuer.issuer, { issuer, keys: new IssuerKeys(issuer) }]));
  }

  /** Whether a token claims to be of one of these issuers: that is not yet a reason to believe it. */
  claims(token: string): boolean {
    return this.trusted.size > 0 && this.trustedFor(token) !== undefined;
  }

  /**
   * Makes a user of a subject that is seen for the first time.
   * @throws `auth.token-expired` when only its time is up, `auth.issuer-unavailable`, `auth.invalid-token` else
   */
  async verify(token: string): Promise<Grant> {
    const trusted = this.trustedFor(token);
    if (trusted === undefined || !isCompactForm(token)) throw invalidToken();
    const { issuer, audience, algorithms } = trusted.issuer;
    const { sub, exp, ...profile } = await verified(token, trusted.keys, {
      issuer,
      audience,
      // RFC 9864 has a second name for the only curve in use.
      algorithms: algorithms.flatMap((name) => (name === 'EdDSA' ? ['EdDSA', 'Ed25519'] : name)),
    });
    const userId = await this.users.of(issuer, sub, {
      name: profile.name,
      email: profile.email_verified === true ? profile.email : undefined,
    });
    return { userId, expiresAt: Math.floor(exp * 1_000) };
  }

  private trustedFor(token: string): Trusted | undefined {
    try {
      return this.trusted.get(decodeJwt(token).iss ?? '');
    } catch {
      return undefined;
    }
  }
}

async function verified(
  token: string,
  keys: IssuerKeys,
  expected: { readonly issuer: string; readonly audience: string; readonly algorithms: string[] },
): Promise<z.infer<typeof identityClaims>> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.get, {
      ...expected,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(databaseNow()),
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    if (!TYPES.includes(protectedHeader.typ?.toLowerCase())) throw invalidToken();
    return identityClaims.parse(payload);
  } catch (error) {
    if (error instanceof TidingsError) throw error;
    throw error instanceof errors.JWTExpired ? tokenExpired() : invalidToken();
  }
}
