import type { Options, Provider, SecretReading } from './provider.js';

/** Whitespace and zero-width characters that are copied along with a secret. */
const SURROUNDING = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g;
const MIN_LENGTH = 16;

/**
 * The keys of a secret: the cleaned-up one, and the text exactly as entered, in case the sender has the same
 * whitespace.
 */
export function readSecret(provider: Provider, secret: string, options: Options = {}): SecretReading {
  const trimmed = withoutQuotes(secret.replaceAll(SURROUNDING, ''));
  if (trimmed === '') return { problem: 'is blank' };
  const reading = provider.readSecret?.(trimmed, options) ?? { keys: [trimmed] };
  return 'problem' in reading ? reading : { keys: [...new Set([...reading.keys, secret])] };
}

/** A warning about an accepted secret; undefined: none. */
export function warningOf(secret: string): string | undefined {
  const { length } = secret.replaceAll(SURROUNDING, '');
  if (length < MIN_LENGTH)
    return `has ${length} character${length === 1 ? '' : 's'}: such a short secret can be guessed`;
  if (length < secret.length) return 'has whitespace around it: it is used with and without it';
  return undefined;
}

/** Accepts any text as a secret, except other credentials that the sender's console shows. */
export function anyTextBut(
  others: ReadonlyArray<readonly [form: RegExp, name: string]>,
  where: string,
): (secret: string) => SecretReading {
  return (secret) => {
    const other = others.find(([form]) => form.test(secret));
    return other === undefined ? { keys: [secret] } : { problem: `is ${other[1]}, not the signing secret: ${where}` };
  };
}

function withoutQuotes(text: string): string {
  const quoted = /^(["'`])(.*)\1$/s.exec(text)?.[2];
  return quoted === undefined || quoted === '' ? text : quoted.trim();
}
