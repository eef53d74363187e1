import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { Authenticate } from '../public/authenticate.js';
import type { Principal } from '../public/principal.js';
import { bearerToken } from './bearer-token.js';
import { AccessTokens, ALGORITHM, AUDIENCE, grantOf, ISSUER } from './access-tokens.js';

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  /**
   * Passport is a process-wide singleton: with a fixed name, two applications in one process would share their keys.
   */
  override readonly name = `jwt-${randomUUID()}`;

  constructor(
    tokens: AccessTokens,
    private readonly users: Authenticate,
  ) {
    super({
      // The same parser as everywhere else; that of passport-jwt takes quadratic time in the length of the header.
      jwtFromRequest: ({ headers }: IncomingMessage) => bearerToken(headers.authorization) ?? null,
      // passport-jwt verifies with jsonwebtoken, which ignores `crit`, `typ` and `kid`: it gets the key only for a
      // token that `AccessTokens` has accepted.
      secretOrKeyProvider: (_request, token: string, done) => {
        // A key object, which the types of passport-jwt lack: jsonwebtoken would try to parse bytes as a public key on
        // each call, which took 12 % of the CPU of a publishing server.
        void tokens.verify(token).then(() => done(null, tokens.key as unknown as Buffer), done);
      },
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      // jsonwebtoken reads the clock of the process; `AccessTokens` has already checked the times against the
      // database's.
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
    });
    passport.use(this.name, this);
  }

  async validate(payload: unknown): Promise<Principal> {
    return this.users.refreshPrincipal(grantOf(payload));
  }
}
