import { Global, Module } from '@nestjs/common';
import './contracts/access.declarations.js';
import { Access } from './contracts/access.js';
import { CreateWorkspace } from './contracts/create-workspace.js';
import './contracts/user-channel.js';
import { Holders } from './contracts/holders.js';
import { Memberships } from './members/memberships.js';
import './users/last-owner.js';

/** Who may do what. Every process can tell; the calls over HTTP are in AccessApiModule. */
@Global()
@Module({ providers: [Access, CreateWorkspace, Holders, Memberships], exports: [Access, CreateWorkspace, Holders] })
export class AccessModule {}
