import type { Provider, SecretReading } from './provider.js';

/** What comes along when a secret is copied: blanks, line ends, characters without width, quotes of a settings file. */
const PASTED_AROUND = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g;
const SHORT = 16;

/**
 * The keys that a secret stands for: the one that it was meant as, and the text itself as it was entered, in case the
 * sender has the same blanks.
 */
export function readSecret(provider: Provider, secret: string): SecretReading {
  const meant = withoutQuotes(secret.replaceAll(PASTED_AROUND, ''));
  if (meant === '') return { problem: 'is blank' };
  const reading = provider.readSecret?.(meant) ?? { keys: [meant] };
  return 'problem' in reading ? reading : { keys: [...new Set([...reading.keys, secret])] };
}

/** What is worth saying about a secret that is taken; undefined: nothing. */
export function warningOf(secret: string): string | undefined {
  const { length } = secret.replaceAll(PASTED_AROUND, '');
  if (length < SHORT) return `has ${length} character${length === 1 ? '' : 's'}: a secret this short can be guessed`;
  if (length < secret.length) return 'has blanks around it: it is taken with and without them';
  return undefined;
}

/** For a sender whose secrets are any text, except what looks like something else that its console shows. */
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
