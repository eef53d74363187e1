/** The meaning of an entry in ALLOWED_ORIGINS. */
export type OriginRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact'; readonly origin: string }
  | { readonly kind: 'subdomains'; readonly scheme: string; readonly suffix: string; readonly port: string };

/** `https://*.example.com` and `http://*.localhost:3000`; a whole top-level domain is rejected. */
const SUBDOMAINS = /^(https?):\/\/\*((?:\.[a-z0-9_-]+){2,}|\.localhost)(:\d+)?$/;
/** Apps and extensions have origins with schemes that the URL standard does not define. */
const APP = /^(?!(?:https?|wss?|ftp|file|data|blob|javascript|about):)[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._-]+(?::\d+)?$/;

/** @returns undefined for text that no browser sends as an origin, and for a wildcard that does not match subdomains */
export function originRule(text: string): OriginRule | undefined {
  if (text === '*') return { kind: 'any' };
  if (text === 'null' || isWebOrigin(text) || APP.test(text)) return { kind: 'exact', origin: text };
  const [, scheme, suffix, port = ''] = SUBDOMAINS.exec(text) ?? [];
  if (scheme === undefined || suffix === undefined) return undefined;
  // A subdomain must have the form that browsers send: no default port, no IP address, a normalized name.
  return isWebOrigin(`${scheme}://a${suffix}${port}`) ? { kind: 'subdomains', scheme, suffix, port } : undefined;
}

function isWebOrigin(value: string): boolean {
  return /^https?:\/\/[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}
