import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientInfoOf } from './client-info.js';

/** The parameter gets the `Origin` of the request: for routes on which nobody is signed in yet. */
export const CallerInfo = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  clientInfoOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
