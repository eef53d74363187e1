import { Module } from '@nestjs/common';
import { AuthController } from './login/auth.controller.js';
import { LogIn } from './login/log-in.js';
import { LoginThrottle } from './login/login-throttle.js';
import { ChangeUser } from './users/change-user.js';
import { ListUsers } from './users/list-users.js';
import { UsersController } from './users/users.controller.js';

@Module({
  controllers: [AuthController, UsersController],
  providers: [ChangeUser, ListUsers, LogIn, LoginThrottle],
})
export class IdentityApiModule {}
