import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/contracts/principal.js';
import { RateLimit } from '../../platform/http/rate-limit/rate-limit.js';
import { Credentials } from '../credentials.js';

/** Lets in with what opens a WebSocket too: an EventSource can't set a header, so it shows a ticket in its address. */
@Injectable()
export class StreamGuard implements CanActivate {
  constructor(
    private readonly credentials: Credentials,
    private readonly rateLimit: RateLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    try {
      request.user = await this.credentials.identify(request.raw);
    } catch (error) {
      await this.rateLimit.countAnonymous(request, reply);
      throw error;
    }
    await this.rateLimit.countUser(request.user.userId, request, reply);
    return true;
  }
}
