import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import { newId } from '../../platform/ids/new-id.js';
import { z } from 'zod';
import { Config } from '../../platform/config/config.js';
import { invalidToken, tokenExpired } from '../contracts/auth.errors.js';

export const ISSUER = 'tidings';
export const AUDIENCE = 'tidings';
export const ALGORITHM = 'HS256';
/** Clocks of two nodes may differ by this much. */
export const LEEWAY_SECONDS = 5;

/** RFC 9068: a token for another purpose carries another type, and is never taken for an access token. */
const TYPE = 'at+jwt';
const KEY_ID = '1';

const accessClaims = z.object({
  sub: z.uuid(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(1),
});

/** What a verified access token says: whose it is and when it runs out, in milliseconds since 1970. */
export interface AccessGrant {
  readonly userId: string;
  readonly expiresAt: number;
}

/** Signs access tokens, and is the only judge of them: for HTTP and for sockets. */
@Injectable()
export class AccessTokens {
  /** For a second verifier that accepts what this one has accepted. */
  readonly secret: Buffer;
  private readonly key: KeyObject;
  /** A token's `kid` only chooses among these: it is never a path, an address or a key itself (RFC 8725, 3.10). */
  private readonly keys: ReadonlyMap<string, KeyObject>;

  constructor(private readonly config: Config) {
    this.secret = Buffer.from(config.jwtSecret);
    this.key = createSecretKey(this.secret);
    this.keys = new Map([[KEY_ID, this.key]]);
  }

  get lifeSeconds(): number {
    return this.config.accessTokenSeconds;
  }

  async issue(userId: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: KEY_ID })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${this.lifeSeconds} s`)
      .setJti(newId())
      .sign(this.key);
  }

  /** @throws `auth.token-expired` when only its time is up, `auth.invalid-token` for everything else */
  async verify(token: string): Promise<AccessGrant> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyFor(header), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTolerance: LEEWAY_SECONDS,
        requiredClaims: ['exp'],
      });
      return grantOf(payload);
    } catch (error) {
      throw error instanceof errors.JWTExpired ? tokenExpired() : invalidToken();
    }
  }

  private keyFor({ kid, crit }: JWTHeaderParameters): KeyObject {
    const key = this.keys.get(kid ?? '');
    // RFC 7515, 4.1.11: a token with extensions that the reader must understand is not for a reader that knows none.
    if (key === undefined || crit !== undefined) throw invalidToken();
    return key;
  }
}

/** @throws ZodError when it isn't the payload of an access token */
export function grantOf(payload: unknown): AccessGrant {
  const { sub, exp } = accessClaims.parse(payload);
  return { userId: sub, expiresAt: exp * 1_000 };
}
