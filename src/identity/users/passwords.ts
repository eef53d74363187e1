import { randomBytes } from 'node:crypto';
import { hash, verify, type Options } from '@node-rs/argon2';

/**
 * OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB of memory, two passes, one thread. Argon2id is the library's
 * default; its const enum can't be named here.
 */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of a random password: comparing with it takes the usual time and fails. */
const dummyHash = hash(randomBytes(32), COST);

export async function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Takes the same time without a hash, so that timing does not reveal whether an account exists. */
export async function isPassword(password: string, passwordHash: string | null | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await dummyHash), password);
  return matches && typeof passwordHash === 'string';
}
