import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { inSignatureTurn } from './asymmetric-signature.js';
import { isObject } from './parse-body.js';
import type { VerificationContext } from './provider.js';
import { decodeBase64 } from './signature.js';

/** A JSON Web Token of a sender that publishes its keys as a JWK Set (RFC 7517). */
export interface TokenRules {
  /** The address of the JWK Set. It never comes from the token. */
  readonly keysAt: string;
  readonly algorithms: readonly ('RS256' | 'ES256')[];
  readonly issuers: readonly string[];
  readonly audience: string;
}

type Keys = ReturnType<typeof createLocalJWKSet>;

const MAX_LENGTH = 4_096;
/** For clocks that differ. */
const TOLERANCE_SECONDS = 60;
const CACHED = 20;
const keySets = new Map<string, Keys | undefined>();

/**
 * The claims of a token that is signed, has not expired, and has one of the issuers and the audience. A key that is not
 * in the set makes it be read again, since senders replace their keys.
 * @returns undefined for any other token
 * @throws TidingsError `signature.busy` under load, `signature.key-unavailable` if the key set can't be read
 */
export async function claimsOf(
  token: string | undefined,
  rules: TokenRules,
  { publications, now }: Pick<VerificationContext, 'publications' | 'now'>,
): Promise<JWTPayload | undefined> {
  if (!token || token.length > MAX_LENGTH || publications === undefined) return undefined;
  // A signature has one spelling: a lenient decoder ignores the last bits of base64.
  if (decodeBase64(token.split('.')[2], 'base64url') === undefined) return undefined;
  const claims = await verifiedWith(await publications.read(rules.keysAt), token, rules, now);
  if (claims !== 'unknown key') return claims;
  const second = await verifiedWith(await publications.readAgain(rules.keysAt), token, rules, now);
  return second === 'unknown key' ? undefined : second;
}

async function verifiedWith(
  text: string | undefined,
  token: string,
  { algorithms, issuers, audience }: TokenRules,
  now: Date,
): Promise<JWTPayload | 'unknown key' | undefined> {
  const keys = text === undefined ? undefined : keysIn(text);
  if (keys === undefined) return undefined;
  return inSignatureTurn(async () => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [...algorithms],
        issuer: [...issuers],
        audience,
        currentDate: now,
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ['iss', 'aud', 'exp'],
      });
      return payload;
    } catch (error) {
      return error instanceof errors.JWKSNoMatchingKey ? 'unknown key' : undefined;
    }
  });
}

function keysIn(text: string): Keys | undefined {
  if (keySets.has(text)) return keySets.get(text);
  const keys = readKeys(text);
  if (keySets.size >= CACHED) keySets.clear();
  keySets.set(text, keys);
  return keys;
}

function readKeys(text: string): Keys | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isKeySet(value) ? createLocalJWKSet(value) : undefined;
  } catch {
    return undefined;
  }
}

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  isObject(value) && Array.isArray(value['keys']) && value['keys'].every(isObject);
