import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../platform/config/environment.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { ExportAudit } from './audit/export-audit.js';
import { InstallationAuditController } from './audit/installation-audit.controller.js';
import './public/access.declarations.js';
import { Access } from './public/access.js';
import { CreateWorkspace } from './public/create-workspace.js';
import { PermissionHistory } from './public/permission-history.js';
import { PermissionHolders } from './public/permission-holders.js';
import './public/user-channel.js';
import { WorkspaceFigures } from './public/workspace-figures.js';
import { RightsPreview } from './public/rights-preview.js';
import { WorkspaceEventTypes } from './public/workspace-event-types.js';
import { AcceptInvitation } from './invitations/accept-invitation.js';
import { CreateInvitation } from './invitations/create-invitation.js';
import { HeldInvitationsController } from './invitations/held-invitations.controller.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { JoinByInvitation } from './invitations/join-by-invitation.js';
import { ReadInvitations } from './invitations/read-invitations.js';
import { RevokeInvitation } from './invitations/revoke-invitation.js';
import { MeController } from './me.controller.js';
import { ListMembers } from './members/list-members.js';
import { MembersController } from './members/members.controller.js';
import { Memberships } from './members/memberships.js';
import { PreviewMember } from './members/preview-member.js';
import { PreviewRole } from './roles/preview-role.js';
import { PutMember } from './members/put-member.js';
import { RemoveMember } from './members/remove-member.js';
import { WriteMember } from './members/write-member.js';
import { ChangeRole } from './roles/change-role.js';
import { CreateRole } from './roles/create-role.js';
import { DeleteRole } from './roles/delete-role.js';
import { ListRoles } from './roles/list-roles.js';
import { RolesController } from './roles/roles.controller.js';
import { CompareSettings } from './system/compare-settings.js';
import { QueuesController } from './system/queues.controller.js';
import { RetryJob } from './system/retry-job.js';
import { SystemController } from './system/system.controller.js';
import { TrafficRetention } from './traffic/traffic-retention.js';
import { TrafficStore } from './traffic/traffic.store.js';
import { WriteTraffic } from './traffic/write-traffic.js';
import { DeleteUser } from './users/delete-user.js';
import { DeletedUsersController } from './users/deleted-users.controller.js';
import './users/last-owner.js';
import './workspaces/access-data.js';
import { ChangeWorkspace } from './workspaces/change-workspace.js';
import { DeleteWorkspace } from './workspaces/delete-workspace.js';
import { DeletedWorkspaces } from './workspaces/deleted-workspaces.js';
import { EraseWorkspaces } from './workspaces/erase-workspaces.js';
import { ExportWorkspace } from './workspaces/export-workspace.js';
import { WorkspaceExportController } from './workspaces/export.controller.js';
import { RestoreWorkspace } from './workspaces/restore-workspace.js';
import { TransferWorkspace } from './workspaces/transfer-workspace.js';
import { TrimWorkspaces } from './workspaces/trim-workspaces.js';
import { WorkspaceLifeController } from './workspaces/workspace-life.controller.js';
import { ShowWorkspace } from './workspaces/workspace-settings.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

const OFFERED = [
  Access,
  CreateWorkspace,
  PermissionHistory,
  PermissionHolders,
  RightsPreview,
  WorkspaceEventTypes,
  WorkspaceFigures,
];

const CONTROLLERS = [
  ApiKeysController,
  DeletedUsersController,
  HeldInvitationsController,
  InvitationsController,
  MeController,
  WorkspaceExportController,
  // Before the calls on one workspace, because `deleted` looks like an id.
  WorkspaceLifeController,
  WorkspacesController,
  MembersController,
  RolesController,
  AuditController,
  InstallationAuditController,
  SystemController,
  QueuesController,
];

const USE_CASES = [
  AcceptInvitation,
  CreateInvitation,
  DeleteUser,
  JoinByInvitation,
  ListMembers,
  ListRoles,
  PreviewMember,
  PreviewRole,
  PutMember,
  ReadInvitations,
  RemoveMember,
  RevokeInvitation,
  WriteMember,
  CreateRole,
  ChangeRole,
  DeleteRole,
  ChangeWorkspace,
  DeletedWorkspaces,
  DeleteWorkspace,
  ExportAudit,
  ExportWorkspace,
  RestoreWorkspace,
  ShowWorkspace,
  TransferWorkspace,
  RetryJob,
];

const JOBS = [EraseWorkspaces, TrafficRetention, TrimWorkspaces];

/**
 * Workspaces, members and permissions. Every process checks permissions; the api serves the HTTP calls, and the worker
 * erases and trims.
 */
@Module({})
export class AccessModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isApi = roles.has('api');
    return {
      module: AccessModule,
      global: true,
      imports: [MailModule],
      controllers: isApi ? CONTROLLERS : [],
      providers: [
        ...OFFERED,
        Memberships,
        CompareSettings,
        TrafficStore,
        WriteTraffic,
        ...(isApi ? USE_CASES : []),
        ...(roles.has('worker') ? JOBS : []),
      ],
      exports: OFFERED,
    };
  }
}
