import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Config } from '../../platform/config/config.js';
import { FindUser } from '../public/find-user.js';
import type { OpenSession } from '../public/open-session.js';
import { noRefreshCookie, refreshCookie } from '../sessions/refresh-cookie.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import type { LoginResponse } from '../public/login-response.js';

/** Sends a session's tokens: the access token in the body, the refresh token in an HttpOnly cookie. */
@Injectable()
export class TokenResponse {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly users: FindUser,
    private readonly config: Config,
  ) {}

  async send(session: OpenSession, reply: FastifyReply, deviceCookie?: string): Promise<LoginResponse> {
    const [token, user] = await Promise.all([this.tokens.issue(session), this.users.ownById(session.userId)]);
    this.setCookie(session, reply);
    if (deviceCookie !== undefined) reply.header('set-cookie', deviceCookie);
    return { ...token, user };
  }

  /** Sets the refresh token only, with which the page that the response leads to gets its access token. */
  setCookie(session: OpenSession, reply: FastifyReply): void {
    const maxAge = Math.floor((session.expiresAt.getTime() - databaseNow()) / 1_000);
    reply.header('set-cookie', refreshCookie(session.refreshToken, maxAge, this.config));
    reply.header('cache-control', 'no-store');
  }

  clear(reply: FastifyReply): void {
    reply.header('set-cookie', noRefreshCookie(this.config));
  }
}
