import { X509Certificate, type KeyObject } from 'node:crypto';
import type { VerificationContext } from './provider.js';

const MIN_RSA_BITS = 2048;
const CACHED = 50;
const certificates = new Map<string, X509Certificate | undefined>();

/**
 * The RSA key of a certificate that the sender publishes at an address of the request. The address decides whose key it
 * is, so nothing is read from one that is not of the sender.
 * @returns undefined for another address, no certificate, one outside its period of validity, or a key under 2048 bits
 * @throws TidingsError `signature.key-unavailable` if the certificate can't be read
 */
export async function publishedRsaKey(
  address: string,
  isOfSender: (address: string) => boolean,
  { publications, now }: Pick<VerificationContext, 'publications' | 'now'>,
): Promise<KeyObject | undefined> {
  if (publications === undefined || !isOfSender(address)) return undefined;
  const text = await publications.read(address);
  const certificate = text === undefined ? undefined : certificateIn(text);
  if (certificate === undefined || !isValidAt(certificate, now)) return undefined;
  const { publicKey: key } = certificate;
  const isStrong = key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
  return isStrong ? key : undefined;
}

/**
 * Whether an address is exactly `https://<host>/<path>`, as a parser spells it: without a user, a port, a query, a
 * fragment or a path that leads elsewhere.
 */
export function isPlainAddress(address: string, host: RegExp, path: RegExp): boolean {
  if (address.length > 500 || !URL.canParse(address)) return false;
  const url = new URL(address);
  return address === `https://${url.hostname}${url.pathname}` && host.test(url.hostname) && path.test(url.pathname);
}

/** Cached, since reading a certificate costs more than the signature. */
function certificateIn(text: string): X509Certificate | undefined {
  if (certificates.has(text)) return certificates.get(text);
  let certificate: X509Certificate | undefined;
  try {
    certificate = new X509Certificate(text);
  } catch {
    certificate = undefined;
  }
  if (certificates.size >= CACHED) certificates.clear();
  certificates.set(text, certificate);
  return certificate;
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);
}
