import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';

/** A person who has an account at the issuer. */
export interface Account {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export const CLIENT = { id: 'tidings', secret: 'the secret of tidings at the issuer' } as const;

/** An OpenID Connect issuer of a third party: a certified implementation that signs its users in without a form. */
export class LocalIssuer {
  url = '';
  /** The user whom the issuer signs in next; undefined: the user cancels. */
  person: Account | undefined;
  /** The accounts that it knows, by subject. */
  readonly accounts = new Map<string, Account>();
  private readonly server: Server = createServer((request, response) => void this.handler(request, response));
  private handler: ReturnType<Provider['callback']> = async () => undefined;

  /** @param redirectUris the callbacks of the client */
  async start(redirectUris: readonly string[]): Promise<this> {
    this.url = await this.listen();
    const provider = new Provider(this.url, this.configuration(redirectUris));
    provider.use(async (context, next) => {
      if (!context.path.startsWith('/interaction/')) {
        await next();
        return;
      }
      const { person } = this;
      if (person !== undefined) this.accounts.set(person.sub, person);
      const result = person === undefined ? { error: 'access_denied' } : { login: { accountId: person.sub } };
      await provider.interactionFinished(context.req, context.res, result);
      context.respond = false;
    });
    this.handler = provider.callback();
    return this;
  }

  signsIn(person: Account | undefined): void {
    this.person = person;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private configuration(redirectUris: readonly string[]): Configuration {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...redirectUris] }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      cookies: { keys: ['a key of the issuer'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context: KoaContextWithOIDC, { uid }) => `/interaction/${uid}` },
      findAccount: (_context: KoaContextWithOIDC, sub: string) => ({
        accountId: sub,
        claims: () => ({ ...this.accounts.get(sub), sub }),
      }),
      loadExistingGrant: async ({ oidc }: KoaContextWithOIDC) => {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client?.clientId ?? '',
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    };
  }
}
