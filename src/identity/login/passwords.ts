import { randomBytes } from 'node:crypto';
import { hash, verify, type Options } from '@node-rs/argon2';

/**
 * OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB of memory, two passes, one thread. The algorithm is the
 * library's default, which can't be named here: it is a const enum.
 */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Nobody knows its password, so that a comparison with it takes the usual time and then fails. */
const dummyHash = hash(randomBytes(32), COST);

export async function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Without a hash it works as long as with one: whether an account exists doesn't show in the time. */
export async function isPassword(password: string, passwordHash: string | null | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await dummyHash), password);
  return matches && typeof passwordHash === 'string';
}
