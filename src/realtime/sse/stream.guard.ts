import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/public/principal.js';
import { RateLimit } from '../../platform/http/rate-limit/rate-limit.js';
import { Credentials } from '../connections/credentials.js';
import type { StreamCaller } from '../connections/tickets.js';

/** A request with the caller that the guard has authenticated. */
export interface StreamRequest {
  user?: Principal;
  /** The key with which a stream reconnects that was opened with a ticket. */
  resumeKey?: string | undefined;
}

/** Accepts the credentials of a WebSocket too: an EventSource can't set headers, so it sends a ticket in its URL. */
@Injectable()
export class StreamGuard implements CanActivate {
  constructor(
    private readonly credentials: Credentials,
    private readonly rateLimit: RateLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & StreamRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    let caller: StreamCaller;
    try {
      caller = await this.credentials.identifyStream(request.raw);
    } catch (error) {
      await this.rateLimit.countAnonymous(request, reply);
      throw error;
    }
    request.user = caller.principal;
    request.resumeKey = caller.resumeKey;
    await this.rateLimit.countUser(caller.principal.userId, request, reply);
    return true;
  }
}
