import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Actor } from '../../platform/audit/actor.js';
import { clientInfoOf } from '../../platform/http/server/client-info.js';
import { callerOf } from './current-user.js';
import type { Principal } from './principal.js';

/** Somebody who is signed in, and where the request comes from: what a change takes to be checked and to be audited. */
export interface RequestActor extends Actor {
  readonly principal: Principal;
  /** The caller's connection at the gateway, as he says in `X-Tidings-Session`: it gets no echo of what he causes. */
  readonly socketSession: string | null;
}

/** The parameter gets the `CallBy` of the request; on a route that isn't public. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): RequestActor => {
  const principal = callerOf(context);
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const named = request.headers['x-tidings-session'];
  const socketSession = typeof named === 'string' && isUuid(named) ? named.toLowerCase() : null;
  return { principal, actorId: principal.userId, socketSession, ...clientInfoOf(request) };
});
