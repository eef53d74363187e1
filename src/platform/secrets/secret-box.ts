import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Config } from '../config/config.js';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12; // NIST SP 800-38D, 8.2.2: a random nonce of 96 bits
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 16;

/** Keeps secrets unreadable in the database and its backups. */
@Injectable()
export class SecretBox {
  constructor(private readonly config: Config) {}

  /** @param owner the id of the row with the secret: the sealed text cannot be opened for another row */
  seal(secret: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.config.secretsKey, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${sealed.toString('base64url')}`;
  }

  /** @throws Error when the text was sealed with an unknown key or for another owner, or was altered */
  open(sealed: string, owner: string): string {
    const { previousSecretsKeys } = this.config;
    try {
      return openWith(this.config.secretsKey, sealed, owner);
    } catch (error) {
      for (const key of previousSecretsKeys) {
        const secret = attempt(() => openWith(key, sealed, owner));
        if (secret !== undefined) return secret;
      }
      throw error;
    }
  }

  /**
   * Names of a secret that tell nothing about it without the key: one for the current key, then those that earlier keys
   * gave it.
   */
  fingerprints(secret: string, owner: string): readonly [string, ...string[]] {
    const { secretsKey, previousSecretsKeys } = this.config;
    const of = (key: Buffer) => fingerprint(key, secret, owner);
    return [of(secretsKey), ...previousSecretsKeys.map(of)];
  }

  /** Whether the current key opens it. */
  isCurrent(sealed: string, owner: string): boolean {
    return attempt(() => openWith(this.config.secretsKey, sealed, owner)) !== undefined;
  }
}

function openWith(key: Buffer, sealed: string, owner: string): string {
  const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64url');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(owner))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}

/** The key of the fingerprints is not the one that seals. */
function fingerprint(key: Buffer, secret: string, owner: string): string {
  const own = createHmac('sha256', key).update('fingerprint').digest();
  const digest = createHmac('sha256', own).update(`${owner}\0${secret}`).digest();
  return digest.subarray(0, FINGERPRINT_BYTES).toString('base64url');
}

/** With GCM, a wrong key shows only as a failed decryption. */
function attempt(open: () => string): string | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
