import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/public/principal.js';
import { RateLimit } from '../../platform/http/rate-limit/rate-limit.js';
import { Credentials } from '../connections/credentials.js';
import type { StreamCaller } from '../connections/tickets.js';

/** What the guard finds out about a request. */
export interface StreamRequest {
  user?: Principal;
  /** By which the stream comes back, when it was opened with a ticket. */
  resumeKey?: string | undefined;
}

/** Lets in with what opens a WebSocket too: an EventSource can't set a header, so it shows a ticket in its address. */
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
