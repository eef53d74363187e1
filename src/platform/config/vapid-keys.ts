import { createECDH, hkdfSync } from 'node:crypto';

/** The keys by which push services recognise this server (RFC 8292), in base64url. */
export interface VapidDetails {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** @throws Error when it is no private key */
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

/** For a start without any: it lasts as long as the secret that it follows from. */
export function vapidKeyFrom(secretsKey: Buffer): string {
  for (let round = 0; ; round++) {
    const key = Buffer.from(hkdfSync('sha256', secretsKey, '', `vapid ${round}`, 32)).toString('base64url');
    // Of 2^32 numbers of this size, all but one are keys.
    if (isVapidKey(key)) return key;
  }
}

/** What no push service could ever reach: this machine, or a name that the network doesn't have. */
const UNREACHABLE = /(?:^|\.)(?:localhost|local|internal|invalid|test)$|^[^.]*$|^127\.|^\[/;
const PLACEHOLDER = 'mailto:admin@localhost';

/**
 * The contact of push services (RFC 8292, section 2.1), by what else is known of this installation. Apple refuses a push
 * whose contact is on `localhost`.
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
