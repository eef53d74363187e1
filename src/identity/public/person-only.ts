import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Fails } from '../../platform/http/api/answers.js';
import { loginRequired, personRequired } from './auth.errors.js';
import { callerOf } from './current-user.js';

@Injectable()
class PersonGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (callerOf(context).keyId !== undefined) throw personRequired();
    return true;
  }
}

@Injectable()
class OwnLoginGuard extends PersonGuard {
  override canActivate(context: ExecutionContext): boolean {
    if (callerOf(context).vouchedBy !== undefined) throw loginRequired();
    return super.canActivate(context);
  }
}

/** As `PersonOnly`, and also rejects tokens that a backend has issued for the user: `auth.login-required`. */
export const OwnLoginOnly = () => applyDecorators(UseGuards(OwnLoginGuard), Fails(personRequired, loginRequired));

/** Rejects API keys on a route, or on a whole controller: `auth.person-required`. */
export const PersonOnly = () => applyDecorators(UseGuards(PersonGuard), Fails(personRequired));
