import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** Injects the `Principal` of the caller. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext) => callerOf(context));

/** @throws Error on a public route, where the caller is not authenticated */
export function callerOf(context: ExecutionContext): Principal {
  const { user } = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
  if (user === undefined) throw new Error('A public route has no current user.');
  return user;
}
