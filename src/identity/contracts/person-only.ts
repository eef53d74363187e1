import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Fails } from '../../platform/http/answers.js';
import { personRequired } from './auth.errors.js';
import { callerOf } from './current-user.js';

@Injectable()
class PersonGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (callerOf(context).keyId !== undefined) throw personRequired();
    return true;
  }
}

/** Closes a route, or a whole controller, to API keys: `auth.person-required`. */
export const PersonOnly = () => applyDecorators(UseGuards(PersonGuard), Fails(personRequired));
