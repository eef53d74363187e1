import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clockTolerance,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  ResponseBodyError,
  type ClientAuth,
} from 'openid-client';
import type { OidcIssuer, OidcSignIn } from '../../platform/config/oidc-issuers.js';
import { TidingsError } from '../../platform/errors.js';
import { fetchIssuerConfiguration, type IssuerConfiguration } from '../oidc/issuer-configuration.js';
import { profileClaims, profileOf } from '../oidc/profile-claims.js';
import type { Profile } from '../oidc/provision-user.js';
import type { PendingSignIn } from './pending-sign-in.js';
import { providerUnavailable, signInCancelled, signInRefused } from './sign-in.errors.js';

/** Issuers change their endpoints rarely, and announce it in their configuration. */
const FRESH_MS = 10 * 60_000;
const TIMEOUT_SECONDS = 10;
const TOLERANCE_SECONDS = 30;
const ENDPOINTS = ['jwks_uri', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'];

/** The subject that an issuer has authenticated. */
export interface SignedInSubject {
  readonly subject: string;
  readonly profile: Profile;
}

type Challenge = Pick<PendingSignIn, 'state' | 'nonce' | 'verifier'>;

/** Tidings as a client of one issuer: Authorization Code Flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 9700). */
export class OidcClient {
  private configuration: Promise<Configuration> | undefined;
  private configuredAt = 0;

  constructor(
    readonly issuer: OidcIssuer,
    readonly signIn: OidcSignIn,
    /** Different for each issuer, so that an issuer cannot pass on the code of another one (RFC 9700, 4.4.2). */
    private readonly redirectUri: string,
  ) {}

  /** @returns where the browser authenticates. @throws `auth.provider-unavailable` */
  async authorizationUrl({ state, nonce, verifier }: Challenge): Promise<string> {
    const parameters = {
      redirect_uri: this.redirectUri,
      scope: this.signIn.scopes.join(' '),
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    };
    return buildAuthorizationUrl(await this.configured(), parameters).href;
  }

  /**
   * Exchanges the code of an answer, after checking the answer's state and issuer (RFC 9207), and checks the ID token:
   * its signature, audience, nonce and times.
   * @param query the query of the callback, with its question mark
   * @throws `auth.sign-in-cancelled`, `auth.sign-in-refused`, `auth.provider-unavailable`
   */
  async exchange(query: string, { state, nonce, verifier }: Challenge): Promise<SignedInSubject> {
    const configuration = await this.configured();
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(configuration, new URL(query, this.redirectUri), checks);
      const claims = profileClaims.parse(tokens.claims());
      // An issuer may leave the claims of scopes to its userinfo endpoint (OpenID Connect Core 1.0, 5.4).
      const needsMore = claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined;
      const more = needsMore ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
      return { subject: claims.sub, profile: profileOf(profileClaims.parse({ ...claims, ...more })) };
    } catch (error) {
      throw problemOf(error);
    }
  }

  private async configured(): Promise<Configuration> {
    if (performance.now() - this.configuredAt > FRESH_MS) this.configuration = undefined;
    if (this.configuration === undefined) {
      this.configuredAt = performance.now();
      this.configuration = this.configure();
      // The next visitor tries again.
      this.configuration.catch(() => (this.configuration = undefined));
    }
    return this.configuration;
  }

  private async configure(): Promise<Configuration> {
    const { clientId, clientSecret } = this.signIn;
    const found = await fetchIssuerConfiguration(this.issuer, ENDPOINTS).catch((error: unknown) => {
      throw providerUnavailable(undefined, { cause: error });
    });
    const server = {
      ...found,
      issuer: this.issuer.issuer,
      // The settings decide, not the issuer.
      id_token_signing_alg_values_supported: [...this.issuer.algorithms],
    };
    const client = { [clockTolerance]: TOLERANCE_SECONDS };
    const configuration = new Configuration(server, clientId, client, authenticationFor(clientSecret, found));
    configuration.timeout = TIMEOUT_SECONDS;
    // The settings allow plain http to internal hosts only, and `fetchIssuerConfiguration` no weaker endpoints.
    allowInsecureRequests(configuration);
    enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

/** OpenID Connect Discovery 1.0, 3: `client_secret_basic` is what an issuer supports that names no method. */
function authenticationFor(secret: string | undefined, configuration: IssuerConfiguration): ClientAuth {
  if (secret === undefined) return None();
  const methods = configuration['token_endpoint_auth_methods_supported'];
  const isBasic = !Array.isArray(methods) || methods.includes('client_secret_basic');
  return isBasic ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}

function problemOf(error: unknown): TidingsError {
  if (error instanceof TidingsError) return error;
  const options = { cause: error };
  if (error instanceof AuthorizationResponseError && error.error === 'access_denied')
    return signInCancelled(undefined, options);
  return isUnavailable(error) ? providerUnavailable(undefined, options) : signInRefused(undefined, options);
}

/** `fetch` rejects with a TypeError when there is no connection. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof TypeError ||
  (error instanceof ResponseBodyError && error.status >= 500) ||
  (error instanceof Error && 'code' in error && error.code === 'OAUTH_TIMEOUT');
