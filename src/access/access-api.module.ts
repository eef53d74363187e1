import { Module } from '@nestjs/common';
import { MeController } from './me.controller.js';
import { ListMembers } from './members/list-members.js';
import { MembersController } from './members/members.controller.js';
import { PutMember } from './members/put-member.js';
import { RemoveMember } from './members/remove-member.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

@Module({
  controllers: [MeController, WorkspacesController, MembersController],
  providers: [ListMembers, PutMember, RemoveMember],
})
export class AccessApiModule {}
