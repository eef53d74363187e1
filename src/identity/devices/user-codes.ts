import { createHmac, hkdfSync, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';

/** Without vowels, so that no code is a word, and without letters that look like digits (RFC 8628, 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** The codes that people type: 20^8 of them. */
@Injectable()
export class UserCodes {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = Buffer.from(hkdfSync('sha256', config.jwtSecret, '', 'tidings device user code', 32));
  }

  /** @returns a random code such as `BCDF-GHJK` */
  make(): string {
    const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
  }

  /** Keyed, since a code is short enough to be found from a plain hash. Case and other characters do not count. */
  hash(typed: string): Buffer {
    const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
    return createHmac('sha256', this.key).update(letters).digest();
  }
}
