import type { Provider } from '../../queries/sources-queries.js';

const BYTES = 32;
/** Below that a secret can be guessed; the server warns as well. */
const MIN_LENGTH = 16;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** A random secret in the form that the sender's guide names. */
export function newSecret({ setup }: Pick<Provider, 'setup'>): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  const guide = setup?.secret ?? '';
  if (guide.includes('whsec_')) return `whsec_${base64(bytes)}`;
  const text = base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return guide.includes('`user:password`') ? `tidings:${text}` : text;
}

/** Whether the user chooses the secret; otherwise the sender shows one. */
export const choosesSecret = ({ setup }: Pick<Provider, 'setup'>): boolean =>
  /\byou (?:choose|enter)\b/i.test(setup?.secret ?? '');

export type SecretProblem = 'blank' | 'short' | 'spaced';

/** A problem of a secret that can be seen without the rules of its sender; the server checks those. */
export function problemOfSecret(secret: string): SecretProblem | undefined {
  const trimmed = secret.trim();
  if (trimmed === '') return 'blank';
  if (trimmed.length < MIN_LENGTH) return 'short';
  return trimmed.length < secret.length ? 'spaced' : undefined;
}
