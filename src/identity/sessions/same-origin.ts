import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../../platform/config/config.js';
import { Fails } from '../../platform/http/answers.js';
import { foreignOrigin } from './session.errors.js';

@Injectable()
class SameOriginGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const { origin } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const { allowedOrigins } = this.config;
    // Browsers name the origin with every POST; who names none is no browser, and has no cookies to ride on.
    if (origin !== undefined && !allowedOrigins.includes(origin) && !allowedOrigins.includes('*'))
      throw foreignOrigin();
    return true;
  }
}

/** For calls that a cookie speaks for: a foreign page could set one off in its visitor's name. `request.foreign-origin`. */
export const SameOrigin = () => applyDecorators(UseGuards(SameOriginGuard), Fails(foreignOrigin));
