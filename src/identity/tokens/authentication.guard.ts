import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TidingsError } from '../../platform/errors.js';
import { CUSTOM_AUTH, PUBLIC } from '../../platform/http/api/public.js';
import { RateLimit } from '../../platform/http/rate-limit/rate-limit.js';
import { noteOn } from '../../platform/logging/request-log.js';
import { invalidToken } from '../public/auth.errors.js';
import { Authenticate } from '../public/authenticate.js';
import { callerOf } from '../public/current-user.js';
import type { Principal } from '../public/principal.js';
import { bearerToken } from './bearer-token.js';
import { JwtStrategy } from './jwt.strategy.js';

type AuthenticatedRequest = FastifyRequest & { user?: Principal };

const LOCKED = 'locked';
type Door = typeof CUSTOM_AUTH | typeof PUBLIC | typeof LOCKED;
const MARKS: readonly Door[] = [CUSTOM_AUTH, PUBLIC];

/** Closes every route to callers without a valid token; a route that is to be open, or has a guard of its own, says so. It counts their calls. */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  /** By controller, then by handler: two controllers may inherit one. */
  private readonly doors = new Map<object, Map<object, Door>>();

  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticate,
    private readonly rateLimit: RateLimit,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  /** At once where there is nothing to wait for: on the accept path a promise for each webhook shows. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    // A global guard runs for messages on sockets too; whoever has a socket was authenticated when it opened.
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AuthenticatedRequest>(), http.getResponse<FastifyReply>()];
    const door = this.doorOf(context);
    if (door === CUSTOM_AUTH || (door === PUBLIC && !this.rateLimit.counts(request))) return true;
    return door === PUBLIC ? this.counted(request, reply) : this.identified(context, request, reply);
  }

  /** What a route says about itself is read once, and not with each of its calls. */
  private doorOf(context: ExecutionContext): Door {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const known = this.doors.get(controller)?.get(handler);
    if (known !== undefined) return known;
    const isMarked = (mark: Door) => this.reflector.getAllAndOverride<boolean>(mark, [handler, controller]);
    const door = MARKS.find(isMarked) ?? LOCKED;
    this.doors.set(controller, new Map(this.doors.get(controller)).set(handler, door));
    return door;
  }

  private async counted(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    await this.rateLimit.countAnonymous(request, reply);
    return true;
  }

  private async identified(
    context: ExecutionContext,
    request: AuthenticatedRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    try {
      await this.authenticated(context, request);
    } catch (error) {
      // Only now: with a valid token, what others at the same address do is nobody's loss.
      await this.rateLimit.countAnonymous(request, reply);
      throw error;
    }
    const { userId } = callerOf(context);
    noteOn(request, { userId });
    await this.rateLimit.countUser(userId, request, reply);
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
