import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/config.js';
import type { SecretBox } from './secret-box.js';

/** Detects whether processes share a secret, without revealing it. */
export interface SecretCheck {
  /** Name of the setting. */
  readonly name: 'SECRETS_KEY' | 'JWT_SECRET';
  /** The check value that this process would store. */
  make(): string;
  /** `outdated`: the same secret, but the check value must be rewritten with the current key. */
  compare(checkValue: string): 'same' | 'outdated' | 'other';
}

const KNOWN = 'tidings';

export function secretChecks(config: Config, secretBox: SecretBox): SecretCheck[] {
  const jwt = createHmac('sha256', config.jwtSecret).update('tidings: check of JWT_SECRET').digest();
  return [
    {
      name: 'SECRETS_KEY',
      make: () => secretBox.seal(KNOWN, 'SECRETS_KEY'),
      compare(checkValue) {
        if (secretBox.isCurrent(checkValue, 'SECRETS_KEY')) return 'same';
        return opens(secretBox, checkValue, 'SECRETS_KEY') ? 'outdated' : 'other';
      },
    },
    {
      name: 'JWT_SECRET',
      make: () => jwt.toString('base64url'),
      compare(checkValue) {
        const other = Buffer.from(checkValue, 'base64url');
        return other.length === jwt.length && timingSafeEqual(other, jwt) ? 'same' : 'other';
      },
    },
  ];
}

export function opens(secretBox: SecretBox, sealed: string, owner: string): boolean {
  try {
    secretBox.open(sealed, owner);
    return true;
  } catch {
    return false;
  }
}
