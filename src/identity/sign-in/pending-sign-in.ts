import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Config } from '../../platform/config/config.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { readCookie, setCookie } from '../sessions/refresh-cookie.js';

const NAME = 'tidings_sign_in';
const VALUE = /^[\w.-]{1,4000}$/;
/** The additional data of the seal: no other sealed value is accepted as this cookie. */
const OWNER = 'sign-in cookie';
const LIFETIME_SECONDS = 600;

const pendingSignIn = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});

/** A sign-in that this browser has begun at an issuer. */
export type PendingSignIn = z.infer<typeof pendingSignIn>;

const stored = pendingSignIn.extend({ until: z.number() });

/**
 * Keeps a pending sign-in in a sealed cookie of the browser that began it, so that the server keeps no state for
 * visitors. The cookie is `Lax`, since the issuer's site leads back to the callback.
 */
@Injectable()
export class PendingSignIns {
  constructor(
    private readonly box: SecretBox,
    private readonly config: Config,
  ) {}

  /** The value of a Set-Cookie header. */
  cookieFor(pending: PendingSignIn): string {
    const until = databaseNow() + LIFETIME_SECONDS * 1_000;
    return this.cookie(this.box.seal(JSON.stringify({ ...pending, until }), OWNER), LIFETIME_SECONDS);
  }

  /** Makes the browser delete the cookie. */
  noCookie(): string {
    return this.cookie('', 0);
  }

  /** @returns undefined when there is none, when it has expired, or when another key sealed it */
  read(cookies: string | undefined): PendingSignIn | undefined {
    const sealed = readCookie(NAME, cookies, VALUE);
    if (sealed === undefined) return undefined;
    try {
      const { until, ...pending } = stored.parse(JSON.parse(this.box.open(sealed, OWNER)));
      return until > databaseNow() ? pending : undefined;
    } catch {
      return undefined;
    }
  }

  private cookie(value: string, maxAgeSeconds: number): string {
    return setCookie(NAME, value, maxAgeSeconds, this.config, 'Lax');
  }
}
