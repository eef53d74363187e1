import { Body, Controller, Headers, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { CallerInfo } from '../../platform/http/server/caller-info.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { Public } from '../../platform/http/api/public.js';
import { invalidToken, personRequired, sessionEnded, tokenExpired, userDisabled } from '../public/auth.errors.js';
import { CurrentUser } from '../public/current-user.js';
import { loginResponse, type LoginResponse } from '../public/login-response.js';
import { PersonOnly } from '../public/person-only.js';
import type { Principal } from '../public/principal.js';
import { LogOut } from '../sessions/log-out.js';
import { readRefreshCookie } from '../sessions/refresh-cookie.js';
import { RefreshSession } from '../sessions/refresh-session.js';
import { SameOrigin } from '../sessions/same-origin.js';
import { noSession } from '../sessions/session.errors.js';
import { isApiKey } from '../keys/api-key.js';
import { bearerToken } from '../tokens/bearer-token.js';
import { TokenResponse } from './token-response.js';
import { LogIn } from './log-in.js';
import { tooManyLogins, wrongLogin } from './login.errors.js';
import { loginRequest, type LoginRequest } from './login.schemas.js';

@SameOrigin()
@ApiTags('Sign-in')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly logIn: LogIn,
    private readonly refreshSession: RefreshSession,
    private readonly logOut: LogOut,
    private readonly tokenResponse: TokenResponse,
  ) {}

  /**
   * Also sets the refresh token in a cookie scoped to `/v1/auth`, and a device cookie: failed logins from other devices
   * do not count against this browser.
   */
  @Describe(
    'Log in with a password',
    'Returns an access token. Sets the refresh token in a cookie scoped to `/v1/auth`, and a device cookie that marks this browser as known to the user: wrong passwords from other devices do not block it.',
  )
  @Public()
  @Post('login')
  @Answers(200, 'An access token, for `Authorization: Bearer` and for the WebSocket.', loginResponse)
  @Fails(wrongLogin, tooManyLogins)
  async signIn(
    @Body({ schema: loginRequest }) wanted: LoginRequest,
    @CallerInfo() client: ClientInfo,
    @Headers('cookie') cookies: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginResponse> {
    const { session, deviceCookie } = await this.logIn.withPassword(wanted, client, cookies);
    return this.tokenResponse.send(session, reply, deviceCookie);
  }

  /**
   * Rotates the refresh cookie. Reuse of a refresh token ends the session, except within seconds from the same browser.
   */
  @Describe(
    'Renew the access token',
    'Rotates the refresh cookie. Reuse of a refresh token ends the session, except within seconds from the same browser.',
  )
  @Public()
  @Post('refresh')
  @Answers(200, 'A new access token of the same session.', loginResponse)
  @Fails(sessionEnded, userDisabled, personRequired, changeUnconfirmed)
  async refreshTokens(
    @Req() { headers }: FastifyRequest,
    @CallerInfo() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginResponse> {
    const token = readRefreshCookie(headers.cookie);
    if (token === undefined)
      throw isApiKey(bearerToken(headers.authorization) ?? '') ? personRequired() : sessionEnded();
    return this.tokenResponse.send(await this.refreshSession.run(token, client), reply);
  }

  /** Ends the session of the cookie and that of the access token, revokes their tokens and closes their sockets. */
  @Describe(
    'Log out of this session',
    'Ends the session of the cookie and that of the access token, revokes their tokens and closes their sockets.',
  )
  @Public()
  @Post('logout')
  @Answers(204, 'The session has ended.')
  @Fails(invalidToken, tokenExpired, sessionEnded, userDisabled, personRequired, noSession, changeUnconfirmed)
  async signOut(@Req() { headers }: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.logOut.here(readRefreshCookie(headers.cookie), headers.authorization);
    this.tokenResponse.clear(reply);
  }

  @Describe(
    'Log out everywhere',
    'Ends all sessions of the caller, and revokes all tokens that other issuers have issued so far.',
  )
  @Post('logout-everywhere')
  @PersonOnly()
  @Answers(204, 'All sessions of the caller have ended.')
  @Fails(changeUnconfirmed)
  async signOutEverywhere(
    @CurrentUser() { userId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.logOut.everywhere(userId);
    this.tokenResponse.clear(reply);
  }
}
