import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { readCookie, setCookie } from '../sessions/refresh-cookie.js';

const NAME = 'tidings_device';
const MAX_AGE_SECONDS = 365 * 86_400;
const FORM = /^([\w-]{22})([\w-]{43})$/;

/**
 * Marks the browsers in which a user has logged in (OWASP "Slow Down Online Guessing Attacks with Device Cookies"). The
 * cookie does not authenticate: it only keeps failed logins of strangers from counting against this browser.
 */
@Injectable()
export class KnownDevice {
  private readonly key: Buffer;

  constructor(private readonly config: Config) {
    this.key = Buffer.from(hkdfSync('sha256', config.jwtSecret, '', 'tidings device cookie', 32));
  }

  /** @returns the id of the device when this user has logged in on it; undefined otherwise */
  idFor(userId: string | undefined, cookieHeader: string | undefined): string | undefined {
    const [, id, signature] = FORM.exec(readCookie(NAME, cookieHeader) ?? '') ?? [];
    if (userId === undefined || id === undefined || signature === undefined) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(id, userId);
    return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
  }

  /** The value of a Set-Cookie header, after a login. A device keeps its id, so that its failures keep counting. */
  cookieFor(userId: string, knownId: string | undefined): string {
    const id = knownId ?? randomBytes(16).toString('base64url');
    const value = `${id}${this.sign(id, userId).toString('base64url')}`;
    return setCookie(NAME, value, MAX_AGE_SECONDS, this.config);
  }

  private sign(id: string, userId: string): Buffer {
    return createHmac('sha256', this.key).update(`${id} ${userId}`).digest();
  }
}
