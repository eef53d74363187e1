import { Module } from '@nestjs/common';
import { AuthController } from './login/auth.controller.js';
import { ChangePassword } from './login/change-password.js';
import { HandOver } from './login/hand-over.js';
import { KnownDevice } from './login/known-device.js';
import { LogIn } from './login/log-in.js';
import { LoginThrottle } from './login/login-throttle.js';
import { PasswordController } from './login/password.controller.js';
import { EndSessions } from './sessions/end-sessions.js';
import { LogOut } from './sessions/log-out.js';
import { RefreshSession } from './sessions/refresh-session.js';
import { ChangeUser } from './users/change-user.js';
import { ListUsers } from './users/list-users.js';
import { UsersController } from './users/users.controller.js';
import { UserTokensController } from './vouching/user-tokens.controller.js';
import { VouchForUser } from './vouching/vouch-for-user.js';

@Module({
  controllers: [AuthController, PasswordController, UsersController, UserTokensController],
  providers: [
    ChangePassword,
    ChangeUser,
    EndSessions,
    HandOver,
    KnownDevice,
    ListUsers,
    LogIn,
    LoginThrottle,
    LogOut,
    RefreshSession,
    VouchForUser,
  ],
})
export class IdentityApiModule {}
