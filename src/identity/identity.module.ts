import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Role } from '../platform/config/environment.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { SecretsModule } from '../platform/secrets/secrets.module.js';
import { ApiKeys } from './public/api-keys.js';
import { Authenticate } from './public/authenticate.js';
import { FindUser } from './public/find-user.js';
import { FirstAdministrator } from './public/first-administrator.js';
import { RemoveUser } from './public/remove-user.js';
import { SignUp } from './public/sign-up.js';
import { BeginDeviceSignIn } from './devices/begin-device-sign-in.js';
import { CompleteDeviceSignIn } from './devices/complete-device-sign-in.js';
import { DecideDeviceSignIn } from './devices/decide-device-sign-in.js';
import { DeviceThrottle } from './devices/device-throttle.js';
import { DevicesController } from './devices/devices.controller.js';
import { UserCodes } from './devices/user-codes.js';
import { VerifyApiKey } from './keys/verify-api-key.js';
import { AuthController } from './login/auth.controller.js';
import { ChangePassword } from './login/change-password.js';
import { TokenResponse } from './login/token-response.js';
import { KnownDevice } from './login/known-device.js';
import { LogIn } from './login/log-in.js';
import { LoginThrottle } from './login/login-throttle.js';
import { PasswordController } from './login/password.controller.js';
import { ForeignTokens } from './oidc/foreign-tokens.js';
import { ProvisionUser } from './oidc/provision-user.js';
import { CompletePasswordReset } from './passwords/complete-password-reset.js';
import { CreatePasswordReset } from './passwords/create-password-reset.js';
import { PasswordResetsController } from './passwords/password-resets.controller.js';
import { RequestPasswordReset } from './passwords/request-password-reset.js';
import { ResetLinks } from './passwords/reset-links.js';
import { ResetThrottle } from './passwords/reset-throttle.js';
import { EndSessions } from './sessions/end-sessions.js';
import { LogOut } from './sessions/log-out.js';
import { ManageSessions } from './sessions/manage-sessions.js';
import { OwnSessionsController } from './sessions/own-sessions.controller.js';
import { RefreshSession } from './sessions/refresh-session.js';
import { OidcProviders } from './sign-in/oidc-providers.js';
import { PendingSignIns } from './sign-in/pending-sign-in.js';
import { SignInAtIssuer } from './sign-in/sign-in-at-issuer.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { UserSessionsController } from './sessions/user-sessions.controller.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { AuthenticationGuard } from './tokens/authentication.guard.js';
import { JwtStrategy } from './tokens/jwt.strategy.js';
import { ChangeUser } from './users/change-user.js';
import { CreateUser } from './users/create-user.js';
import { ListUsers } from './users/list-users.js';
import { User } from './users/user.entity.js';
import { UsersController } from './users/users.controller.js';
import { UserTokensController } from './vouching/user-tokens.controller.js';
import { VouchForUser } from './vouching/vouch-for-user.js';

const OFFERED = [AccessTokens, ApiKeys, Authenticate, CreateUser, FindUser, FirstAdministrator, RemoveUser];

const CONTROLLERS = [
  AuthController,
  DevicesController,
  OwnSessionsController,
  PasswordController,
  PasswordResetsController,
  SignInController,
  UserSessionsController,
  UsersController,
  UserTokensController,
];

const USE_CASES = [
  BeginDeviceSignIn,
  ChangePassword,
  ChangeUser,
  CompleteDeviceSignIn,
  CompletePasswordReset,
  CreatePasswordReset,
  DecideDeviceSignIn,
  DeviceThrottle,
  EndSessions,
  TokenResponse,
  KnownDevice,
  ListUsers,
  LogIn,
  LoginThrottle,
  LogOut,
  ManageSessions,
  OidcProviders,
  PendingSignIns,
  RefreshSession,
  RequestPasswordReset,
  ResetLinks,
  ResetThrottle,
  SignInAtIssuer,
  SignUp,
  UserCodes,
  VouchForUser,
];

/** Users and credentials. Every process authenticates callers; the api serves the HTTP calls. */
@Module({})
export class IdentityModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isApi = roles.has('api');
    return {
      module: IdentityModule,
      global: true,
      imports: [MailModule, SecretsModule, TypeOrmModule.forFeature([User])],
      controllers: isApi ? CONTROLLERS : [],
      providers: [
        ...OFFERED,
        ForeignTokens,
        JwtStrategy,
        ProvisionUser,
        VerifyApiKey,
        { provide: APP_GUARD, useClass: AuthenticationGuard },
        ...(isApi ? USE_CASES : []),
      ],
      exports: isApi ? [...OFFERED, SignUp] : OFFERED,
    };
  }
}
