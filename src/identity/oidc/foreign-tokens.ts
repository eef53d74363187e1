import { Injectable } from '@nestjs/common';
import { decodeJwt, errors } from 'jose';
import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Config } from '../../platform/config/config.js';
import type { OidcIssuer } from '../../platform/config/oidc-issuers.js';
import { TidingsError } from '../../platform/errors.js';
import { invalidToken, tokenExpired } from '../public/auth.errors.js';
import type { Grant } from '../public/principal.js';
import { LEEWAY_SECONDS } from '../tokens/access-tokens.js';
import { isCompactForm } from '../tokens/compact-form.js';
import { IssuerKeys } from './issuer-keys.js';
import { profileClaims, profileOf } from './profile-claims.js';
import { ProvisionUser } from './provision-user.js';

/** RFC 8725, 3.11: tokens for other purposes, such as logout, have another type. Many issuers omit it or use `JWT`. */
const TYPES = [undefined, 'jwt', 'at+jwt'];

const identityClaims = profileClaims.extend({
  iat: z.number(),
  exp: z.number(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  azp: z.string().optional(),
  client_id: z.string().optional(),
});

interface Trusted {
  readonly issuer: OidcIssuer;
  readonly keys: IssuerKeys;
}

/** Verifies the tokens of the issuers in the settings. */
@Injectable()
export class ForeignTokens {
  /** A token's `iss` only selects one of these, and is never used as an address. */
  private readonly trusted: ReadonlyMap<string, Trusted>;

  constructor(
    { oidcIssuers }: Config,
    private readonly users: ProvisionUser,
  ) {
    this.trusted = new Map(oidcIssuers.map((issuer) => [issuer.issuer, { issuer, keys: new IssuerKeys(issuer) }]));
  }

  /** Whether a token names one of these issuers. The token is not verified. */
  claims(token: string): boolean {
    return this.trusted.size > 0 && this.trustedFor(token) !== undefined;
  }

  /**
   * Creates a user for an unknown subject.
   * @throws `auth.token-expired` for a valid token that has expired, `auth.issuer-unavailable`, `auth.invalid-token`
   *   otherwise
   */
  async verify(token: string): Promise<Grant> {
    const trusted = this.trustedFor(token);
    if (trusted === undefined || !isCompactForm(token)) throw invalidToken();
    const claims = await verified(token, trusted);
    const { sub, iat, exp } = claims;
    const userId = await this.users.provision(trusted.issuer, sub, profileOf(claims));
    return { userId, issuedAt: Math.floor(iat * 1_000), expiresAt: Math.floor(exp * 1_000) };
  }

  private trustedFor(token: string): Trusted | undefined {
    try {
      return this.trusted.get(decodeJwt(token).iss ?? '');
    } catch {
      return undefined;
    }
  }
}

async function verified(token: string, { issuer, keys }: Trusted): Promise<z.infer<typeof identityClaims>> {
  try {
    const { payload, protectedHeader } = await keys.verify(token, {
      issuer: issuer.issuer,
      // RFC 9864 gives EdDSA with the only curve in use a second name.
      algorithms: issuer.algorithms.flatMap((name) => (name === 'EdDSA' ? ['EdDSA', 'Ed25519'] : name)),
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(databaseNow()),
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    if (!TYPES.includes(typeOf(protectedHeader.typ))) throw invalidToken();
    const claims = identityClaims.parse(payload);
    if (!isForUs(claims, issuer)) throw invalidToken();
    return claims;
  } catch (error) {
    if (error instanceof TidingsError) throw error;
    throw error instanceof errors.JWTExpired ? tokenExpired() : invalidToken();
  }
}

/** RFC 7515, 4.1.9: the prefix `application/` is optional. */
const typeOf = (typ: string | undefined): string | undefined => typ?.toLowerCase().replace(/^application\//, '');

type AudienceClaims = Pick<z.infer<typeof identityClaims>, 'aud' | 'azp' | 'client_id'>;

/** Accepts a token without an audience only from a configured client: RFC 9068, 2.2, and OpenID Connect Core 1.0, 2. */
function isForUs({ aud, azp, client_id }: AudienceClaims, { audiences, clientIds }: OidcIssuer): boolean {
  const clients = [azp, client_id].filter((client) => client !== undefined);
  if (clientIds.length > 0 && clients.some((client) => !clientIds.includes(client))) return false;
  if (aud !== undefined) return [aud].flat().some((audience) => audiences.includes(audience));
  return clientIds.length > 0 && clients.length > 0;
}
