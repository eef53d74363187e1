import { isSignedWith, type AsymmetricClaim } from './asymmetric-signature.js';
import type { Provider, VerificationContext, WebhookRequest } from './provider.js';
import { publicKeyOf, type KeyKind } from './public-keys.js';
import { claimReader, evidenceOf, type SignatureScheme } from './signature-scheme.js';

/** A signature scheme whose secret is the sender's public key, as data. */
export interface AsymmetricScheme extends SignatureScheme {
  readonly kind: KeyKind;
  /** `sha256` by default; without effect for Ed25519, which has its own. */
  readonly hash?: Exclude<AsymmetricClaim['hash'], null>;
  /** The form of an ECDSA signature; `der` by default. */
  readonly form?: NonNullable<AsymmetricClaim['form']>;
}

type Verifier = (request: WebhookRequest, context: Pick<VerificationContext, 'secrets' | 'now'>) => Promise<boolean>;

const KIND_NAMES: Readonly<Record<KeyKind, string>> = {
  ed25519: 'an Ed25519 key',
  p256: 'an ECDSA key on P-256',
  rsa: 'an RSA key of at least 2048 bits',
};

/** The parts of a provider whose sender signs with a private key. */
export function asymmetricScheme(
  scheme: AsymmetricScheme,
): Required<Pick<Provider, 'verify' | 'evidence' | 'readSecret' | 'proof'>> {
  return {
    proof: 'public-key',
    verify: asymmetricVerifier(scheme),
    evidence: evidenceOf(scheme),
    readSecret: (secret) => readPublicSecret(secret, scheme.kind),
  };
}

/** The secret of a source, if it is a public key of this kind. */
export function readPublicSecret(secret: string, kind: KeyKind): ReturnType<NonNullable<Provider['readSecret']>> {
  if (secret.includes('PRIVATE KEY')) return { problem: 'is a private key: give the public one' };
  const isKey = publicKeyOf(secret, kind) !== undefined;
  return isKey ? { keys: [secret] } : { problem: `is not the public part of ${KIND_NAMES[kind]}` };
}

/** @throws Error for content that can't be read */
export function asymmetricVerifier(scheme: AsymmetricScheme): Verifier {
  const { kind, hash = 'sha256', form = 'der' } = scheme;
  const readClaim = claimReader(scheme);
  return async (request, { secrets, now }) => {
    const claim = readClaim(request, now);
    if (claim === undefined) return false;
    for (const key of secrets.map((secret) => publicKeyOf(secret, kind)).filter((found) => found !== undefined)) {
      for (const signature of claim.signatures) {
        const { content } = claim;
        if (await isSignedWith({ key, content, signature, hash: kind === 'ed25519' ? null : hash, form })) return true;
      }
    }
    return false;
  };
}
