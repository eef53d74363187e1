import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { By } from '../../platform/audit/by.js';
import { originOf } from '../../platform/http/origin.js';
import { callerOf } from './current-user.js';
import type { Principal } from './principal.js';

/** Somebody who is signed in, and where the request comes from: what a change takes to be checked and to be audited. */
export interface CallBy extends By {
  readonly principal: Principal;
}

/** The parameter gets the `CallBy` of the request; on a route that isn't public. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): CallBy => {
  const principal = callerOf(context);
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { principal, actorId: principal.userId, ...originOf(request) };
});
