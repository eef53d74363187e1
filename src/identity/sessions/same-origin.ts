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
    // Browsers send the origin with every POST; a caller without one is not a browser and carries no ambient cookies.
    if (headers.origin !== undefined && !this.origins.allows(headers.origin, raw)) throw foreignOrigin();
    return true;
  }
}

/** CSRF protection for calls that a cookie authenticates: rejects foreign origins with `request.foreign-origin`. */
export const SameOrigin = () => applyDecorators(UseGuards(SameOriginGuard), Fails(foreignOrigin));
