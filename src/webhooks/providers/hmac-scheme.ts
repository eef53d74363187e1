import type { Provider, VerificationContext, WebhookRequest } from './provider.js';
import { readKey, type KeyEncoding } from './read-key.js';
import { claimReader, evidenceOf, type Claim, type SignatureScheme } from './signature-scheme.js';
import { isSigned, type HmacAlgorithm } from './signature.js';

/** A signature scheme with an HMAC, as data. */
export interface HmacScheme extends SignatureScheme {
  /** `sha256` by default. */
  readonly algorithm?: HmacAlgorithm;
  /** How the secret holds the key; `text` by default. */
  readonly key?: KeyEncoding;
}

type Verifier = (request: WebhookRequest, context: Pick<VerificationContext, 'secrets' | 'now'>) => boolean;

/** The parts of a provider whose sender signs with an HMAC. */
export function hmacScheme(scheme: HmacScheme): Required<Pick<Provider, 'verify' | 'evidence'>> {
  return { verify: hmacVerifier(scheme), evidence: evidenceOf(scheme) };
}

/**
 * @param mayBeSigned false for content that the sender signs for other purposes too
 * @throws Error for content that can't be read
 */
export function hmacVerifier(
  scheme: HmacScheme,
  mayBeSigned: (content: Claim['content']) => boolean = () => true,
): Verifier {
  const { algorithm = 'sha256', key = 'text' } = scheme;
  const readClaim = claimReader(scheme);
  return (request, { secrets, now }) => {
    const claim = readClaim(request, now);
    return (
      claim !== undefined && mayBeSigned(claim.content) && isSigned({ ...claim, algorithm, keys: keysOf(secrets, key) })
    );
  };
}

function keysOf(secrets: readonly string[], encoding: KeyEncoding): readonly (string | Buffer)[] {
  if (encoding === 'text') return secrets;
  return secrets.map((secret) => readKey(secret, encoding)).filter((key) => key !== undefined);
}
