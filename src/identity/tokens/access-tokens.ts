import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { newId } from '../../platform/ids.js';
import { z } from 'zod';
import { Config } from '../../platform/config/config.js';
import { invalidToken, tokenExpired } from '../public/auth.errors.js';
import type { Grant } from '../public/principal.js';
import { isCompactForm } from './compact-form.js';
import { VerifiedTokens } from './verified-tokens.js';

export const ISSUER = 'tidings';
export const AUDIENCE = 'tidings';
export const ALGORITHM = 'HS256';
/** Two readings of the database's clock may differ by less than this. */
export const LEEWAY_SECONDS = 5;

/** RFC 9068: tokens for other purposes carry another type, and are not accepted as access tokens. */
const TYPE = 'at+jwt';
const KEY_ID = '1';

const accessClaims = z.object({
  sub: z.uuid(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(1),
  sid: z.uuid(),
});

/** The session that a token belongs to. */
export interface SessionOfToken {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

/** Signs and verifies the access tokens of Tidings, for HTTP calls and for sockets. */
@Injectable()
export class AccessTokens {
  /** Passport verifies with it again after `verify` has accepted a token. */
  readonly key: KeyObject;
  /** A token's `kid` only selects one of these: it is never used as a path, an address or a key (RFC 8725, 3.10). */
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly verified = new VerifiedTokens(LEEWAY_SECONDS * 1_000);

  constructor(private readonly config: Config) {
    this.key = createSecretKey(Buffer.from(config.jwtSecret));
    this.keys = new Map([[KEY_ID, this.key]]);
  }

  /** The token expires no later than the session. @param seconds its lifetime; at most the configured one */
  async issue(
    { id, userId, expiresAt }: SessionOfToken,
    seconds = this.config.accessTokenSeconds,
  ): Promise<{ accessToken: string; expiresIn: number }> {
    const now = Math.floor(databaseNow() / 1_000);
    const end = Math.min(
      now + Math.min(seconds, this.config.accessTokenSeconds),
      Math.floor(expiresAt.getTime() / 1_000),
    );
    const accessToken = await new SignJWT({ sid: id })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: KEY_ID })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(end)
      .setJti(newId())
      .sign(this.key);
    return { accessToken, expiresIn: end - now };
  }

  /** The grant of a token that `verify` has accepted before and that has not expired since. */
  recall(token: string): Grant | undefined {
    return this.verified.get(token);
  }

  /**
   * Checks a token's signature on its first use only.
   * @throws `auth.token-expired` for a valid token that has expired, `auth.invalid-token` otherwise
   */
  async verify(token: string): Promise<Grant> {
    const known = this.recall(token);
    if (known !== undefined) return known;
    if (!isCompactForm(token)) throw invalidToken();
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyFor(header), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTolerance: LEEWAY_SECONDS,
        currentDate: new Date(databaseNow()),
        requiredClaims: ['exp'],
      });
      const grant = grantOf(payload);
      this.verified.add(token, grant);
      return grant;
    } catch (error) {
      throw error instanceof errors.JWTExpired ? tokenExpired() : invalidToken();
    }
  }

  private keyFor({ kid, crit }: JWTHeaderParameters): KeyObject {
    const key = this.keys.get(kid ?? '');
    // RFC 7515, 4.1.11: a verifier must reject critical extensions that it does not implement; this one implements
    // none.
    if (key === undefined || crit !== undefined) throw invalidToken();
    return key;
  }
}

/** @throws ZodError when the payload isn't that of an access token */
export function grantOf(payload: unknown): Grant {
  const { sub, exp, sid } = accessClaims.parse(payload);
  return { userId: sub, expiresAt: exp * 1_000, sessionId: sid };
}
