import { Global, Module } from '@nestjs/common';
import { OnlineUsers } from './contracts/online-users.js';

/** Who is online: every role may ask. */
@Global()
@Module({ providers: [OnlineUsers], exports: [OnlineUsers] })
export class OnlineUsersModule {}
