import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { MailTransport } from '../../platform/mail/mail-transport.js';
import { OidcClient } from './oidc-client.js';
import { providerNotFound } from './sign-in.errors.js';
import type { SignInProviders } from './sign-in.schemas.js';

const PATH = '/v1/auth/oidc';

/** The issuers of the settings that users can sign in with. */
@Injectable()
export class OidcProviders {
  private readonly clients: ReadonlyMap<string, OidcClient>;

  constructor(
    private readonly config: Config,
    private readonly mail: MailTransport,
  ) {
    this.clients = new Map(
      config.oidcIssuers.flatMap((issuer) => {
        const { signIn } = issuer;
        if (signIn === undefined) return [];
        return [[signIn.id, new OidcClient(issuer, signIn, `${this.addressOf(signIn.id)}/callback`)]];
      }),
    );
  }

  show(): SignInProviders {
    const providers = [...this.clients.values()].map(({ signIn: { id, name } }) => {
      return { id, name, url: this.addressOf(id) };
    });
    return { password: true, passwordReset: this.mail.isOffered, providers };
  }

  /** @throws `auth.provider-not-found` */
  client(id: string): OidcClient {
    const client = this.clients.get(id);
    if (client === undefined) throw providerNotFound();
    return client;
  }

  private addressOf(id: string): string {
    return `${this.config.publicUrl}${PATH}/${id}`;
  }
}
