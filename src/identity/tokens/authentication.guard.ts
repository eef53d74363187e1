import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TidingsError } from '../../platform/errors/define-error.js';
import { OWN_DOOR, PUBLIC } from '../../platform/http/public.js';
import { RateLimit } from '../../platform/http/rate-limit/rate-limit.js';
import { invalidToken } from '../contracts/auth.errors.js';
import { Authenticate } from '../contracts/authenticate.js';
import { callerOf } from '../contracts/current-user.js';
import type { Principal } from '../contracts/principal.js';
import { bearerToken } from './bearer-token.js';
import { JwtStrategy } from './jwt.strategy.js';

type AuthenticatedRequest = FastifyRequest & { user?: Principal };

/** Closes every route to callers without a valid token; a route that is to be open, or has a guard of its own, says so. It counts their calls. */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticate,
    private readonly rateLimit: RateLimit,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // A global guard runs for messages on sockets too; whoever has a socket was authenticated when it opened.
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AuthenticatedRequest>(), http.getResponse<FastifyReply>()];
    const isMarked = (mark: string) =>
      this.reflector.getAllAndOverride<boolean>(mark, [context.getHandler(), context.getClass()]);
    if (isMarked(OWN_DOOR)) return true;
    if (isMarked(PUBLIC)) {
      await this.rateLimit.countAnonymous(request, reply);
      return true;
    }
    try {
      await this.authenticated(context, request);
    } catch (error) {
      // Only now: with a valid token, what others at the same address do is nobody's loss.
      await this.rateLimit.countAnonymous(request, reply);
      throw error;
    }
    await this.rateLimit.countUser(callerOf(context).userId, request, reply);
    return true;
  }

  private async authenticated(context: ExecutionContext, request: AuthenticatedRequest): Promise<void> {
    const token = bearerToken(request.headers.authorization);
    // Passport knows our own tokens only.
    if (token === undefined || this.authenticate.isLocal(token)) {
      if ((await super.canActivate(context)) !== true) throw invalidToken();
    } else {
      request.user = await this.authenticate.principalOf(token);
    }
  }

  override handleRequest<User>(error: unknown, user: User | false | null, refusal: unknown): User {
    if (error) throw error;
    if (!user) throw refusal instanceof TidingsError ? refusal : invalidToken();
    return user;
  }
}
