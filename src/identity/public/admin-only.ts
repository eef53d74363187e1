import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Fails, Takes } from '../../platform/http/api/answers.js';
import { adminRequired } from './auth.errors.js';
import { callerOf } from './current-user.js';

@Injectable()
class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (!callerOf(context).isAdmin) throw adminRequired();
    return true;
  }
}

/** Restricts a route, or a whole controller, to administrators: `auth.admin-required`. */
export const AdminOnly = () => applyDecorators(UseGuards(AdminGuard), Takes('administrator'), Fails(adminRequired));
