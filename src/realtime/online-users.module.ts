import { Global, Module } from '@nestjs/common';
import { OnlineUsers } from './public/online-users.js';

/** Who is online: every role may ask. */
@Global()
@Module({ providers: [OnlineUsers], exports: [OnlineUsers] })
export class OnlineUsersModule {}
