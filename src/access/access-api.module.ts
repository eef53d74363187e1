import { Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { ExportAudit } from './audit/export-audit.js';
import { InstallationAuditController } from './audit/installation-audit.controller.js';
import { MeController } from './me.controller.js';
import { ListMembers } from './members/list-members.js';
import { MembersController } from './members/members.controller.js';
import { PutMember } from './members/put-member.js';
import { RemoveMember } from './members/remove-member.js';
import { ChangeRole } from './roles/change-role.js';
import { CreateRole } from './roles/create-role.js';
import { DeleteRole } from './roles/delete-role.js';
import { RolesController } from './roles/roles.controller.js';
import { DeleteUser } from './users/delete-user.js';
import { DeletedUsersController } from './users/deleted-users.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

@Module({
  controllers: [
    ApiKeysController,
    DeletedUsersController,
    MeController,
    WorkspacesController,
    MembersController,
    RolesController,
    AuditController,
    InstallationAuditController,
  ],
  providers: [DeleteUser, ListMembers, PutMember, RemoveMember, CreateRole, ChangeRole, DeleteRole, ExportAudit],
})
export class AccessApiModule {}
