import { Injectable } from '@nestjs/common';
import { TidingsError } from '../../platform/errors.js';
import { invalidToken, personRequired } from '../public/auth.errors.js';
import { Authenticate } from '../public/authenticate.js';
import { bearerToken } from '../tokens/bearer-token.js';
import { EndSessions } from './end-sessions.js';
import { noSession } from './session.errors.js';

@Injectable()
export class LogOut {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly endSessions: EndSessions,
  ) {}

  /**
   * Ends the session of the refresh token and that of the access token, since the cookie may be left from an earlier
   * login.
   * @throws the errors of `Authenticate` when there is neither, `auth.person-required` for an API key,
   *   `auth.no-session`
   */
  async here(refreshToken: string | undefined, authorization: string | undefined): Promise<void> {
    const token = bearerToken(authorization);
    if (refreshToken === undefined) {
      if (token === undefined) throw invalidToken();
      return this.endSessions.one(await this.sessionOf(token));
    }
    await this.endSessions.ofRefreshToken(refreshToken);
    const sessionId = token === undefined ? undefined : await this.sessionOf(token).catch(withoutSession);
    if (sessionId !== undefined) await this.endSessions.one(sessionId);
  }

  private async sessionOf(token: string): Promise<string> {
    const { keyId, sessionId } = await this.authenticate.principalOf(token);
    if (keyId !== undefined) throw personRequired();
    if (sessionId === undefined) throw noSession();
    return sessionId;
  }

  async everywhere(userId: string): Promise<void> {
    await this.endSessions.ofUser(userId);
  }
}

/** The cookie's session has ended by now, so an access token that is void or has no session is not an error. */
function withoutSession(error: unknown): undefined {
  if (error instanceof TidingsError && error.kind !== 'unavailable') return undefined;
  throw error;
}
