import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authenticate } from './contracts/authenticate.js';
import { FindUser } from './contracts/find-user.js';
import { FirstAdministrator } from './contracts/first-administrator.js';
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
    Authenticate,
    CreateUser,
    FindUser,
    FirstAdministrator,
    JwtStrategy,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [AccessTokens, Authenticate, CreateUser, FindUser, FirstAdministrator],
})
export class IdentityModule {}
