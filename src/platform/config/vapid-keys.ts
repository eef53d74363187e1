import { createECDH, hkdfSync } from 'node:crypto';

/** The keys with which this server identifies itself to push services (RFC 8292), in base64url. */
export interface VapidDetails {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** @throws Error when `privateKey` is not a valid private key */
export function publicVapidKey(privateKey: string): string {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(privateKey, 'base64url'));
  return ecdh.getPublicKey().toString('base64url');
}

export function isVapidKey(value: string): boolean {
  try {
    return publicVapidKey(value) !== '';
  } catch {
    return false;
  }
}

/** Derived, for a start without a VAPID key: it stays the same as long as `secretsKey` does. */
export function vapidKeyFrom(secretsKey: Buffer): string {
  for (let round = 0; ; round++) {
    const key = Buffer.from(hkdfSync('sha256', secretsKey, '', `vapid ${round}`, 32)).toString('base64url');
    // Only about one in 2^32 numbers of this size is not a valid key.
    if (isVapidKey(key)) return key;
  }
}

/** Hosts that push services cannot reach: this machine and reserved names. */
const UNREACHABLE = /(?:^|\.)(?:localhost|local|internal|invalid|test)$|^[^.]*$|^127\.|^\[/;
const PLACEHOLDER = 'mailto:admin@localhost';

/**
 * The contact for push services (RFC 8292, section 2.1), derived from other settings. Apple rejects pushes whose
 * contact is on `localhost`.
 */
export function vapidSubjectFrom(publicUrl: string, adminEmail: string | undefined): string {
  const candidates = [
    publicUrl.startsWith('https:') ? publicUrl : '',
    adminEmail === undefined ? '' : `mailto:${adminEmail}`,
  ];
  return candidates.find(isReachableContact) ?? PLACEHOLDER;
}

/** @param contact an https: or mailto: address */
export function isReachableContact(contact: string): boolean {
  const host = contact.startsWith('mailto:') ? contact.split('@').at(-1) : hostOf(contact);
  return host !== undefined && !UNREACHABLE.test(host.toLowerCase());
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);
