import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { ReportsFence, REPORTS_FENCE } from '../../platform/fence/reports-fence.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageSchema, type Page } from '../../platform/http/api/page.js';
import { MEMBERS_MANAGE, MEMBERS_READ } from '../public/access.declarations.js';
import { RequirePermission } from '../public/require-permission.js';
import { rightsChangePreview, type RightsChangePreview } from '../public/rights-preview.js';
import { ChangeRole } from './change-role.js';
import { CreateRole } from './create-role.js';
import { DeleteRole } from './delete-role.js';
import { roleBuiltIn, roleInUse, roleNotFound, roleTaken, tooManyRoles } from './role.errors.js';
import {
  changeRoleRequest,
  createRoleRequest,
  roleResponse,
  showRole,
  type ChangeRoleRequest,
  type CreateRoleRequest,
  type RoleResponse,
} from './role.schemas.js';
import { ListRoles } from './list-roles.js';
import { PreviewRole } from './preview-role.js';

@ApiTags('Members')
@Controller('v1/workspaces/:ws/roles')
export class RolesController {
  constructor(
    private readonly listRoles: ListRoles,
    private readonly createRole: CreateRole,
    private readonly changeRole: ChangeRole,
    private readonly deleteRole: DeleteRole,
    private readonly previewRole: PreviewRole,
  ) {}

  @Describe('List roles of a workspace', 'The built-in roles and the custom roles of the workspace.')
  @Get()
  @RequirePermission(MEMBERS_READ)
  @Answers(200, 'The roles of the workspace, the built-in ones first.', pageSchema(roleResponse))
  async list(@Param('ws') workspaceId: string): Promise<Page<RoleResponse>> {
    const roles = await this.listRoles.run(workspaceId);
    return { items: roles.map(showRole), nextCursor: null };
  }

  @Describe(
    'Create a role',
    'A role is a named set of permissions for members. It can’t include a permission that you don’t have.',
  )
  @Post()
  @RequirePermission(MEMBERS_MANAGE)
  @Answers(201, 'The role.', roleResponse)
  @Fails(roleBuiltIn, roleTaken, tooManyRoles)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createRoleRequest }) wanted: CreateRoleRequest,
  ): Promise<RoleResponse> {
    return showRole(await this.createRole.run(actor, workspaceId, wanted));
  }

  @Describe('Change the permissions of a role', `Applies to every member with the role. ${REPORTS_FENCE}`)
  @Patch(':name')
  @RequirePermission(MEMBERS_MANAGE)
  @ReportsFence()
  @Answers(200, 'The role as it is now.', roleResponse)
  @Fails(roleNotFound, roleBuiltIn, changeUnconfirmed)
  async change(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('name') name: string,
    @Body({ schema: changeRoleRequest }) wanted: ChangeRoleRequest,
  ): Promise<RoleResponse> {
    return showRole(await this.changeRole.run(actor, workspaceId, name, wanted));
  }

  @Describe(
    'Preview a change of a role',
    'What the same PATCH would do to the members with the role, asked from all nodes within about a second. Nothing changes, and the PATCH may still be refused.',
  )
  @Post(':name/preview')
  @HttpCode(200)
  @RequirePermission(MEMBERS_MANAGE)
  @Answers(200, 'What the role would gain, lose, and what its members would have closed.', rightsChangePreview)
  @Fails(roleNotFound, roleBuiltIn)
  async preview(
    @Param('ws') workspaceId: string,
    @Param('name') name: string,
    @Body({ schema: changeRoleRequest }) wanted: ChangeRoleRequest,
  ): Promise<RightsChangePreview> {
    return this.previewRole.run(workspaceId, name, wanted);
  }

  @Describe('Delete a role', 'Fails while a member has the role.')
  @Delete(':name')
  @RequirePermission(MEMBERS_MANAGE)
  @Answers(204, 'The role has been deleted.')
  @Fails(roleNotFound, roleBuiltIn, roleInUse)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('name') name: string,
  ): Promise<void> {
    await this.deleteRole.run(actor, workspaceId, name);
  }
}
