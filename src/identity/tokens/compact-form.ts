const FORM = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

/**
 * Whether this is a JWS in its one compact form (RFC 7515, 7.1). Decoders forgive padding and bits that no byte holds, so
 * a token would have several texts: whoever remembers or forbids one of them must not miss the others.
 */
export function isCompactForm(token: string): boolean {
  const [, signature] = FORM.exec(token) ?? [];
  return signature !== undefined && Buffer.from(signature, 'base64url').toString('base64url') === signature;
}
