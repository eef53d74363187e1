import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { TidingsError } from '../../platform/errors/define-error.js';
import { PUBLIC } from '../../platform/http/public.js';
import { invalidToken } from '../contracts/auth.errors.js';
import { Authenticate } from '../contracts/authenticate.js';
import type { Principal } from '../contracts/principal.js';
import { bearerToken } from './bearer-token.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Closes every route to callers without a valid token; a route that is to be open says so. */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticate,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // A global guard runs for messages on sockets too; whoever has a socket was authenticated when it opened.
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    const token = bearerToken(request.headers.authorization);
    // Passport knows our own tokens only.
    if (token === undefined || this.authenticate.isLocal(token)) return (await super.canActivate(context)) === true;
    request.user = await this.authenticate.principalOf(token);
    return true;
  }

  override handleRequest<User>(error: unknown, user: User | false | null, refusal: unknown): User {
    if (error) throw error;
    if (!user) throw refusal instanceof TidingsError ? refusal : invalidToken();
    return user;
  }
}
