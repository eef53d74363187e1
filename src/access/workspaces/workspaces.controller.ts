import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { Access, type OwnWorkspace } from '../public/access.js';
import { CreateWorkspace } from '../public/create-workspace.js';
import { RequirePermission } from '../public/require-permission.js';
import { ChangeWorkspace } from './change-workspace.js';
import { retentionTooLong } from './workspace.errors.js';
import { ShowWorkspace, type WorkspaceDetails } from './workspace-settings.js';
import {
  changeWorkspaceRequest,
  createWorkspaceRequest,
  workspaceDetailsResponse,
  workspaceResponse,
  type ChangeWorkspaceRequest,
  type CreateWorkspaceRequest,
} from './workspace.schemas.js';

@ApiTags('Workspaces')
@Controller('v1/workspaces')
export class WorkspacesController {
  constructor(
    private readonly access: Access,
    private readonly createWorkspace: CreateWorkspace,
    private readonly changeWorkspace: ChangeWorkspace,
    private readonly showWorkspace: ShowWorkspace,
  ) {}

  @Describe('List your workspaces', 'Each with your role and your effective permissions.')
  @Get()
  @Answers(200, 'A page of the workspaces that you are a member of, oldest first.', pageSchema(workspaceResponse))
  async list(
    @CurrentUser() caller: Principal,
    @Query({ schema: pageQuery }) { limit, cursor = '' }: PageQuery,
  ): Promise<Page<OwnWorkspace>> {
    const own = await this.access.workspacesOf(caller);
    return pageOf(
      own.filter(({ id }) => id > cursor),
      limit,
      ({ id }) => id,
      (workspace) => workspace,
    );
  }

  @Describe('Create a workspace', 'You become its owner.')
  @Post()
  @AdminOnly()
  @Answers(201, 'The workspace; you are its owner.', workspaceResponse)
  @Fails(changeUnconfirmed)
  async create(
    @Caller() actor: RequestActor,
    @Body({ schema: createWorkspaceRequest }) wanted: CreateWorkspaceRequest,
  ): Promise<OwnWorkspace> {
    const { id } = await this.createWorkspace.run(actor, wanted, actor.principal.userId);
    return this.access.workspaceOf(actor.principal, id);
  }

  @Describe('Show one of your workspaces', 'Includes your role, your effective permissions and its retention.')
  @Get(':ws')
  @Answers(200, 'The workspace.', workspaceDetailsResponse)
  @Fails(workspaceNotFound)
  async show(@CurrentUser() caller: Principal, @Param('ws') workspaceId: string): Promise<WorkspaceDetails> {
    return this.showWorkspace.run(caller, workspaceId);
  }

  @Describe(
    'Rename a workspace or change its retention',
    'Its id, its channels and the addresses of its sources stay the same. A workspace can keep data for a shorter time than the installation, and not for longer.',
  )
  @Patch(':ws')
  @RequirePermission(MEMBERS_MANAGE)
  @Answers(200, 'The workspace as it is now.', workspaceDetailsResponse)
  @Fails(retentionTooLong)
  async change(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: changeWorkspaceRequest }) wanted: ChangeWorkspaceRequest,
  ): Promise<WorkspaceDetails> {
    await this.changeWorkspace.run(actor, workspaceId, wanted);
    return this.showWorkspace.run(actor.principal, workspaceId);
  }
}
