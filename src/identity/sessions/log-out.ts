import { Injectable } from '@nestjs/common';
import { invalidToken } from '../contracts/auth.errors.js';
import { Authenticate } from '../contracts/authenticate.js';
import { bearerToken } from '../tokens/bearer-token.js';
import { EndSessions } from './end-sessions.js';

@Injectable()
export class LogOut {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly endSessions: EndSessions,
  ) {}

  /**
   * Ends the session of a refresh token, which may outlive every access token; without one, that of the access token.
   * @throws what `Authenticate` throws when there is neither
   */
  async here(refreshToken: string | undefined, authorization: string | undefined): Promise<void> {
    if (refreshToken !== undefined) return this.endSessions.ofRefreshToken(refreshToken);
    const token = bearerToken(authorization);
    if (token === undefined) throw invalidToken();
    const { sessionId } = await this.authenticate.principalOf(token);
    if (sessionId !== undefined) await this.endSessions.one(sessionId);
  }

  async everywhere(userId: string): Promise<void> {
    await this.endSessions.ofUser(userId);
  }
}
