import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientInfoOf } from './client-info.js';

/** The parameter gets the `ClientInfo` of the request, for routes without authentication. */
export const CallerInfo = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  clientInfoOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
