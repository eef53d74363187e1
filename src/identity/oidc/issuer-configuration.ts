import { z } from 'zod';
import type { OidcIssuer } from '../../platform/config/oidc-issuers.js';

const FETCH_MS = 5_000;

const configuration = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

export type IssuerConfiguration = z.infer<typeof configuration>;

/**
 * Fetches the configuration of an issuer (OpenID Connect Discovery 1.0, 4). None of the addresses in `endpoints` may
 * have a weaker transport than the configuration itself.
 * @throws Error when it cannot be fetched, or belongs to another issuer
 */
export async function fetchIssuerConfiguration(
  { issuer, discovery }: OidcIssuer,
  endpoints: readonly string[] = ['jwks_uri'],
): Promise<IssuerConfiguration> {
  const address = discovery ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(FETCH_MS), redirect: 'error' });
  const found = configuration.parse(await response.json());
  const isWeaker = endpoints.some((name) => isWeakerThan(new URL(address), found[name]));
  // OpenID Connect Discovery 1.0, 4.3. An explicit discovery address may serve an issuer with another internal name.
  const isOther = found.issuer !== issuer && discovery === undefined;
  if (isOther || isWeaker) throw new Error('The configuration belongs to another issuer.');
  return found;
}

function isWeakerThan(address: URL, endpoint: unknown): boolean {
  if (typeof endpoint !== 'string') return false;
  const { protocol, origin } = new URL(endpoint);
  return protocol !== 'https:' && origin !== address.origin;
}
