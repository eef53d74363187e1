import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../platform/config/config.js';
import { TidingsError } from '../../platform/errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { Public } from '../../platform/http/api/public.js';
import { clientInfoOf } from '../../platform/http/server/client-info.js';
import { TokenResponse } from '../login/token-response.js';
import { OidcProviders } from './oidc-providers.js';
import { PendingSignIns } from './pending-sign-in.js';
import { SignInAtIssuer } from './sign-in-at-issuer.js';
import { providerNotFound } from './sign-in.errors.js';
import { beginQuery, signInProviders, type BeginQuery, type SignInProviders } from './sign-in.schemas.js';

/** The page knows by it that the cookie holds a session; the server never sees a fragment. */
const SIGNED_IN = '#signed-in';

@Public()
@ApiTags('Sign-in')
@Controller('v1/auth')
export class SignInController {
  constructor(
    private readonly providers: OidcProviders,
    private readonly signIn: SignInAtIssuer,
    private readonly pending: PendingSignIns,
    private readonly tokenResponse: TokenResponse,
    private readonly config: Config,
  ) {}

  @Describe('List the ways to sign in', 'Password, and the OpenID Connect issuers that users can sign in with.')
  @Get('providers')
  @Answers(200, 'The ways to sign in.', signInProviders)
  listSignInProviders(): SignInProviders {
    return this.providers.show();
  }

  @Describe(
    'Sign in at an issuer',
    'For browsers: leads to the issuer, and from there to the callback. Authorization Code Flow with PKCE.',
  )
  @Get('oidc/:provider')
  @Answers(302, 'To the issuer; when it does not answer, to the sign-in screen with `?problem=<code>`.')
  @Fails(providerNotFound)
  async begin(
    @Param('provider') provider: string,
    @Query({ schema: beginQuery }) { to }: BeginQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.leadOn(reply, async () => {
      const { url, pending } = await this.signIn.begin(provider, to);
      reply.header('set-cookie', this.pending.cookieFor(pending));
      return url;
    });
  }

  @Describe(
    'Complete a sign-in at an issuer',
    'The issuer leads the browser here. Sets the same refresh cookie as a sign-in with a password.',
  )
  @Get('oidc/:provider/callback')
  @Answers(302, 'To the page that the sign-in began from; on failure, to the sign-in screen with `?problem=<code>`.')
  @Fails(providerNotFound)
  async complete(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const pending = this.pending.read(request.headers.cookie);
    const query = new URL(request.url, this.config.publicUrl).search;
    // A cookie that was used once is of no use to a later request.
    reply.header('set-cookie', this.pending.noCookie());
    await this.leadOn(reply, async () => {
      const session = await this.signIn.complete(provider, pending, query, clientInfoOf(request));
      this.tokenResponse.setCookie(session, reply);
      return `${this.config.publicUrl}${pending?.returnTo ?? '/'}${SIGNED_IN}`;
    });
  }

  /** A person sees what went wrong on the sign-in screen, not as JSON. */
  private async leadOn(reply: FastifyReply, step: () => Promise<string>): Promise<void> {
    reply.header('cache-control', 'no-store');
    const url = await step().catch((error: unknown) => {
      if (!(error instanceof TidingsError) || error.definition === providerNotFound.definition) throw error;
      return `${this.config.publicUrl}/sign-in?problem=${error.code}`;
    });
    await reply.redirect(url, 302);
  }
}
