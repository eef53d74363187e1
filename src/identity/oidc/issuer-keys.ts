import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { OidcIssuer } from '../../platform/config/oidc-issuers.js';
import { invalidToken } from '../contracts/auth.errors.js';
import { issuerUnavailable } from './oidc.errors.js';

const FETCH_MS = 5_000;
/** A token with an unknown key makes us look for new ones, but no more often than this. */
const COOLDOWN_MS = 30_000;
const FRESH_MS = 10 * 60_000;
const RETRY_MS = 5_000;

const configuration = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The public keys of one issuer, found through its configuration (OpenID Connect Discovery 1.0, 4) and kept for a while. */
export class IssuerKeys {
  private keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(private readonly issuer: OidcIssuer) {}

  /**
   * The key that the token names by `kid`. What else its header says of keys, `jwk`, `jku` or `x5u`, isn't read.
   * @throws `auth.issuer-unavailable`, `auth.invalid-token`
   */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    // RFC 7515, 4.1.11: a token with extensions that the reader must understand is not for a reader that knows none.
    if (header?.crit !== undefined || typeof header?.kid !== 'string') throw invalidToken();
    const keys = await (this.keys ??= this.discover());
    try {
      return await keys(header, token);
    } catch (error) {
      const isOurs = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isOurs || error instanceof errors.JOSENotSupported ? invalidToken() : issuerUnavailable();
    }
  };

  private async discover(): Promise<JWTVerifyGetKey> {
    try {
      return createRemoteJWKSet(await this.findKeys(), {
        timeoutDuration: FETCH_MS,
        cooldownDuration: COOLDOWN_MS,
        cacheMaxAge: FRESH_MS,
      });
    } catch {
      // Those who call meanwhile learn the same, without a request each.
      setTimeout(() => (this.keys = undefined), RETRY_MS).unref();
      throw issuerUnavailable();
    }
  }

  private async findKeys(): Promise<URL> {
    const { issuer } = this.issuer;
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(FETCH_MS),
      redirect: 'error',
    });
    const found = configuration.parse(await response.json());
    const address = new URL(found.jwks_uri);
    // OpenID Connect Discovery 1.0, 4.3; and no weaker transport for the keys than for what names them.
    const isWeaker = address.protocol !== 'https:' && address.origin !== new URL(issuer).origin;
    if (found.issuer !== issuer || isWeaker) throw new Error('This is the configuration of somebody else.');
    return address;
  }
}
