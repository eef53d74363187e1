import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../identity/public/current-user.js';
import { Fails, Takes } from '../../platform/http/api/answers.js';
import { Access } from './access.js';
import { permissionDenied, workspaceNotFound } from './access.errors.js';

const PERMISSION = 'access:permission';

@Injectable()
class PermissionGuard implements CanActivate {
  constructor(
    private readonly access: Access,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get<string>(PERMISSION, context.getHandler());
    const { params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { ws: string } }>>();
    await this.access.require(callerOf(context), params.ws, permission);
    return true;
  }
}

/** Restricts a route with a `:ws` parameter to the members of that workspace who have the permission. */
export const RequirePermission = (permission: string): MethodDecorator =>
  applyDecorators(
    SetMetadata(PERMISSION, permission),
    UseGuards(PermissionGuard),
    Takes(permission),
    Fails(workspaceNotFound, permissionDenied),
  );
