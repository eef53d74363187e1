import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeys } from './contracts/api-keys.js';
import { Authenticate } from './contracts/authenticate.js';
import { FindUser } from './contracts/find-user.js';
import { FirstAdministrator } from './contracts/first-administrator.js';
import { RemoveUser } from './contracts/remove-user.js';
import { VerifyApiKey } from './keys/verify-api-key.js';
import { ForeignTokens } from './oidc/foreign-tokens.js';
import { ProvisionUser } from './oidc/provision-user.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { AuthenticationGuard } from './tokens/authentication.guard.js';
import { JwtStrategy } from './tokens/jwt.strategy.js';
import { CreateUser } from './users/create-user.js';
import { User } from './users/user.entity.js';

/** Who somebody is. Every process can tell; the calls over HTTP are in IdentityApiModule. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [
    AccessTokens,
    ApiKeys,
    Authenticate,
    CreateUser,
    FindUser,
    FirstAdministrator,
    ForeignTokens,
    JwtStrategy,
    ProvisionUser,
    RemoveUser,
    VerifyApiKey,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [AccessTokens, ApiKeys, Authenticate, CreateUser, FindUser, FirstAdministrator, RemoveUser],
})
export class IdentityModule {}
