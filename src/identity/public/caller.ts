import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Actor } from '../../platform/audit/actor.js';
import { clientInfoOf } from '../../platform/http/server/client-info.js';
import { callerOf } from './current-user.js';
import type { Principal } from './principal.js';

/** An authenticated caller and the origin of the request: the input for permission checks and for the audit trail. */
export interface RequestActor extends Actor {
  readonly principal: Principal;
  /** The caller's connection, from `X-Tidings-Session`: it gets no echo of the events that this request causes. */
  readonly socketSession: string | null;
}

/** Injects the `RequestActor` of the request, on routes that aren't public. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): RequestActor => {
  const principal = callerOf(context);
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const named = request.headers['x-tidings-session'];
  const socketSession = typeof named === 'string' && isUuid(named) ? named.toLowerCase() : null;
  return { principal, actorId: principal.userId, socketSession, ...clientInfoOf(request) };
});
