import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../../platform/config/config.js';
import { Fails } from '../../platform/http/api/answers.js';
import { Origins } from '../../platform/http/server/origins.js';
import { foreignOrigin } from './session.errors.js';

@Injectable()
class SameOriginGuard implements CanActivate {
  private readonly origins: Origins;

  constructor(config: Config) {
    this.origins = new Origins(config);
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers, raw } = context.switchToHttp().getRequest<FastifyRequest>();
    // Browsers name the origin with every POST; a caller that names none is no browser, and has no cookies to ride on.
    if (headers.origin !== undefined && !this.origins.allows(headers.origin, raw)) throw foreignOrigin();
    return true;
  }
}

/** For calls that a cookie speaks for: a foreign page could set one off in its visitor's name. `request.foreign-origin`. */
export const SameOrigin = () => applyDecorators(UseGuards(SameOriginGuard), Fails(foreignOrigin));
