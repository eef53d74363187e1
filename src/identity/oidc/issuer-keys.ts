import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import type { OidcIssuer } from '../../platform/config/oidc-issuers.js';
import { invalidToken } from '../public/auth.errors.js';
import { fetchIssuerConfiguration } from './issuer-configuration.js';
import { issuerUnavailable } from './oidc.errors.js';

const FETCH_MS = 5_000;
/** A token with an unknown key triggers a reload of the keys, but no more often than this. */
const COOLDOWN_MS = 30_000;
const FRESH_MS = 10 * 60_000;
const RETRY_MS = 5_000;
/** The number of keys that a token without `kid` is verified against: each costs a verification. */
const MAX_CANDIDATES = 5;

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** The public keys of one issuer, discovered through its configuration (OpenID Connect Discovery 1.0, 4) and cached. */
export class IssuerKeys {
  private keys: Promise<RemoteKeys> | undefined;

  constructor(private readonly issuer: OidcIssuer) {}

  /**
   * Verifies with the key of the token's `kid`, or without a `kid` with the keys that fit its algorithm. Ignores the
   * headers `jwk`, `jku` and `x5u`.
   * @throws `auth.issuer-unavailable`, `auth.invalid-token`, and the errors of `jwtVerify`
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
    let hasKeyId = true;
    const get: JWTVerifyGetKey = (header, signed) => {
      hasKeyId = header?.kid !== undefined;
      return this.keyFor(header, signed);
    };
    try {
      return await verifyWithAny(token, get, options);
    } catch (error) {
      const isStale = error instanceof errors.JWSSignatureVerificationFailed && !hasKeyId && (await this.reload());
      if (!isStale) throw error;
      return verifyWithAny(token, get, options);
    }
  }

  private readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    // RFC 7515, 4.1.11: a verifier must reject critical extensions that it does not implement; this one implements
    // none.
    if (header?.crit !== undefined || !['string', 'undefined'].includes(typeof header?.kid)) throw invalidToken();
    const keys = await this.remote();
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      const isOurs = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported;
      throw isOurs ? invalidToken() : issuerUnavailable();
    }
  };

  /**
   * For tokens without a `kid`, which cannot reveal that the issuer has rotated its keys. @returns whether it reloaded
   */
  private async reload(): Promise<boolean> {
    const keys = await this.remote();
    if (keys.coolingDown) return false;
    await keys.reload().catch(() => {
      throw issuerUnavailable();
    });
    return true;
  }

  private remote(): Promise<RemoteKeys> {
    return (this.keys ??= this.discover());
  }

  private async discover(): Promise<RemoteKeys> {
    try {
      return createRemoteJWKSet(await this.findKeys(), {
        timeoutDuration: FETCH_MS,
        cooldownDuration: COOLDOWN_MS,
        cacheMaxAge: FRESH_MS,
      });
    } catch {
      // Until then, every caller shares this failure instead of sending a request of its own.
      setTimeout(() => (this.keys = undefined), RETRY_MS).unref();
      throw issuerUnavailable();
    }
  }

  private async findKeys(): Promise<URL> {
    const { jwks } = this.issuer;
    return new URL(jwks ?? (await fetchIssuerConfiguration(this.issuer)).jwks_uri);
  }
}

async function verifyWithAny(token: string, get: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, get, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let failure: unknown = invalidToken();
    let tried = 0;
    for await (const key of error) {
      if (++tried > MAX_CANDIDATES) break;
      try {
        return await jwtVerify(token, key, options);
      } catch (refusal) {
        if (!(refusal instanceof errors.JWSSignatureVerificationFailed)) throw refusal;
        failure = refusal;
      }
    }
    throw failure;
  }
}
