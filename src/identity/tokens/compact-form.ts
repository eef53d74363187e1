const FORM = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

/**
 * Whether this is a JWS in canonical compact form (RFC 7515, 7.1). Decoders ignore padding and trailing bits, so one
 * token could be written in several ways, and a cache or a deny list would miss the others.
 */
export function isCompactForm(token: string): boolean {
  const [, signature] = FORM.exec(token) ?? [];
  return signature !== undefined && Buffer.from(signature, 'base64url').toString('base64url') === signature;
}
