import type { Provider } from '../../queries/sources-queries.js';

const BYTES = 32;
/** Below that a secret can be guessed; the server warns as well. */
const MIN_LENGTH = 16;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** A random secret in the form that the sender takes. */
export function newSecret({ proof }: Pick<Provider, 'proof'>): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  const text = base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return proof === 'password' ? `tidings:${text}` : text;
}

/** Whether a generated secret can be entered at the sender; otherwise the sender shows one. */
export const mayGenerate = ({ secretFrom }: Pick<Provider, 'secretFrom'>): boolean =>
  secretFrom === 'receiver' || secretFrom === 'either';

/** Whether the sender takes no secret but the one that the user chooses. */
export const choosesSecret = ({ secretFrom }: Pick<Provider, 'secretFrom'>): boolean => secretFrom === 'receiver';

/** Whether the source refuses all requests until it has the secret that its sender shows. */
export const waitsForSecret = ({ secretFrom }: Pick<Provider, 'secretFrom'>, secrets: number): boolean =>
  secretFrom !== null && secrets === 0;

export type SecretProblem = 'blank' | 'short' | 'spaced';

/** A problem of a secret that can be seen without the rules of its sender; the server checks those. */
export function problemOfSecret(secret: string): SecretProblem | undefined {
  const trimmed = secret.trim();
  if (trimmed === '') return 'blank';
  if (trimmed.length < MIN_LENGTH) return 'short';
  return trimmed.length < secret.length ? 'spaced' : undefined;
}
