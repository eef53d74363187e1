import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { TidingsError } from '../../platform/errors/define-error.js';
import { invalidToken } from '../contracts/auth.errors.js';
import { PUBLIC } from '../../platform/http/public.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Closes every route to callers without a valid token; a route that is to be open says so. */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // A global guard runs for messages on sockets too; whoever has a socket was authenticated when it opened.
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    return (await super.canActivate(context)) === true;
  }

  override handleRequest<User>(error: unknown, user: User | false | null, refusal: unknown): User {
    if (error) throw error;
    if (!user) throw refusal instanceof TidingsError ? refusal : invalidToken();
    return user;
  }
}
