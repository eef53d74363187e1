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

const BEARER = 'bearer';
type AuthMode = typeof CUSTOM_AUTH | typeof PUBLIC | typeof BEARER;
const MARKED_MODES: readonly AuthMode[] = [CUSTOM_AUTH, PUBLIC];

/**
 * Authenticates the caller of every route, except where the route is `Public` or has `CustomAuth`, and counts the calls
 * against the rate limit.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  /** By controller, then by handler: two controllers may inherit one. */
  private readonly authModes = new Map<object, Map<object, AuthMode>>();

  constructor(
    strategy: JwtStrategy,
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticate,
    private readonly rateLimit: RateLimit,
  ) {
    super({ defaultStrategy: strategy.name });
  }

  /** Synchronous where possible: a promise per webhook is measurable on the ingestion path. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    // A global guard also runs for messages on sockets, which were authenticated when they opened.
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AuthenticatedRequest>(), http.getResponse<FastifyReply>()];
    const mode = this.authModeOf(context);
    if (mode === CUSTOM_AUTH || (mode === PUBLIC && !this.rateLimit.counts(request))) return true;
    return mode === PUBLIC ? this.countAnonymous(request, reply) : this.authenticateAndCount(context, request, reply);
  }

  /** Cached, because reading the metadata on every call is measurable. */
  private authModeOf(context: ExecutionContext): AuthMode {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const known = this.authModes.get(controller)?.get(handler);
    if (known !== undefined) return known;
    const isMarked = (mode: AuthMode) => this.reflector.getAllAndOverride<boolean>(mode, [handler, controller]);
    const mode = MARKED_MODES.find(isMarked) ?? BEARER;
    this.authModes.set(controller, new Map(this.authModes.get(controller)).set(handler, mode));
    return mode;
  }

  private async countAnonymous(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    await this.rateLimit.countAnonymous(request, reply);
    return true;
  }

  private async authenticateAndCount(
    context: ExecutionContext,
    request: AuthenticatedRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    try {
      await this.authenticateRequest(context, request);
    } catch (error) {
      // Counted only on failure, so that a caller with a valid token does not share the limit of its address.
      await this.rateLimit.countAnonymous(request, reply);
      throw error;
    }
    const { userId } = callerOf(context);
    noteOn(request, { userId });
    await this.rateLimit.countUser(userId, request, reply);
    return true;
  }

  private async authenticateRequest(context: ExecutionContext, request: AuthenticatedRequest): Promise<void> {
    const token = bearerToken(request.headers.authorization);
    const known = token === undefined ? undefined : this.authenticate.knownGrant(token);
    if (known !== undefined) {
      request.user = await this.authenticate.refreshPrincipal(known);
    } else if (token === undefined || this.authenticate.isLocal(token)) {
      // Passport verifies only the tokens of Tidings, each of them once.
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
