import { Injectable, Logger } from '@nestjs/common';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { TidingsError } from '../../platform/errors.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { ProvisionUser } from '../oidc/provision-user.js';
import { userDisabled } from '../public/auth.errors.js';
import type { OpenSession } from '../public/open-session.js';
import { beginSession } from '../sessions/begin-session.js';
import type { OidcClient, SignedInSubject } from './oidc-client.js';
import { OidcProviders } from './oidc-providers.js';
import type { PendingSignIn } from './pending-sign-in.js';
import { returnPath } from './return-path.js';
import { signInExpired } from './sign-in.errors.js';

/** Signs users in by OpenID Connect at one of the issuers in the settings. */
@Injectable()
export class SignInAtIssuer {
  private readonly logger = new Logger(SignInAtIssuer.name);

  constructor(
    private readonly providers: OidcProviders,
    private readonly users: ProvisionUser,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws `auth.provider-not-found`, `auth.provider-unavailable` */
  async begin(provider: string, to: string | undefined): Promise<{ url: string; pending: PendingSignIn }> {
    const client = this.providers.client(provider);
    const challenge = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = await client.authorizationUrl(challenge);
    return { url, pending: { ...challenge, provider, returnTo: returnPath(to) } };
  }

  /**
   * @param pending the sign-in that this browser has begun
   * @param query the query of the callback, with its question mark
   * @throws `auth.provider-not-found`, `auth.sign-in-expired`, `auth.user-disabled` and the errors of
   *   `OidcClient.exchange`
   */
  async complete(
    provider: string,
    pending: PendingSignIn | undefined,
    query: string,
    client: ClientInfo,
  ): Promise<OpenSession> {
    const issuer = this.providers.client(provider);
    if (pending?.provider !== provider) throw signInExpired();
    const subject = await this.exchange(issuer, query, pending, client);
    const userId = await this.users.provision(issuer.issuer, subject.subject, subject.profile);
    const session = await this.beginSession(issuer, userId, subject.subject, client);
    if (session !== undefined) return session;
    await this.recordFailure(issuer, userId, 'disabled', client);
    throw userDisabled();
  }

  private async exchange(
    issuer: OidcClient,
    query: string,
    pending: PendingSignIn,
    client: ClientInfo,
  ): Promise<SignedInSubject> {
    try {
      return await issuer.exchange(query, pending);
    } catch (error) {
      if (error instanceof TidingsError && error.kind !== 'unavailable')
        await this.recordFailure(issuer, null, error.code, client);
      this.logger.warn({ msg: 'a sign-in failed', issuer: issuer.issuer.issuer, reason: reasonOf(error) });
      throw error;
    }
  }

  private async beginSession(
    { issuer: { issuer } }: OidcClient,
    userId: string,
    subject: string,
    client: ClientInfo,
  ): Promise<OpenSession | undefined> {
    return this.database.transaction(async (tx) => {
      const session = await beginSession(tx, userId, client);
      if (session === undefined) return undefined;
      const entry = { actor: { ...client, actorId: userId }, workspaceId: null, target: userId };
      await this.audit.record(tx, { action: 'login.succeeded', ...entry, after: { issuer, subject } });
      return session;
    });
  }

  private async recordFailure(
    { issuer: { issuer } }: OidcClient,
    target: string | null,
    reason: string,
    client: ClientInfo,
  ): Promise<void> {
    const entry = { actor: { ...client, actorId: null }, workspaceId: null, target, after: { reason, issuer } };
    await this.database.transaction((tx) => this.audit.record(tx, { action: 'login.failed', ...entry }));
  }
}

/** The messages of `openid-client` name a rule and a claim, never a code or a token. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : String(error);
}
