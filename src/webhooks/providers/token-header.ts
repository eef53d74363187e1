import type { Provider } from './provider.js';
import { isOneOf } from './signature.js';

/**
 * The parts of a provider whose sender proves itself with a fixed token in a header, in lower case. The token does not
 * cover the body: TLS alone protects it.
 * @param expectedOf the values that the header may have; the secrets themselves by default
 */
export function tokenInHeader(
  header: string,
  expectedOf: (secrets: readonly string[]) => readonly string[] = (secrets) => secrets,
): Required<Pick<Provider, 'verify' | 'evidence' | 'secretHeaders' | 'proof'>> {
  return {
    proof: 'token',
    secretHeaders: [header],
    evidence: { headers: () => [header] },
    verify: ({ headers }, { secrets }) => isOneOf(headers[header], expectedOf(secrets)),
  };
}
