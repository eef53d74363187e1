import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { NamesItsSession } from '../../identity/public/names-its-session.js';
import { lastOwner, userNotFound } from '../../identity/public/user.errors.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { ReportsFence, REPORTS_FENCE } from '../../platform/fence/reports-fence.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { MEMBERS_MANAGE, MEMBERS_READ } from '../public/access.declarations.js';
import { RequirePermission } from '../public/require-permission.js';
import { rightsChangePreview, type RightsChangePreview } from '../public/rights-preview.js';
import { roleUnknown } from '../roles/role.errors.js';
import { ListMembers } from './list-members.js';
import { memberNotFound, ownerDenied, ownerRequired } from './member.errors.js';
import {
  memberResponse,
  putMemberRequest,
  showMember,
  type MemberResponse,
  type PutMemberRequest,
} from './member.schemas.js';
import { PreviewMember } from './preview-member.js';
import { PutMember } from './put-member.js';
import { RemoveMember } from './remove-member.js';

@ApiTags('Members')
@Controller('v1/workspaces/:ws/members')
export class MembersController {
  constructor(
    private readonly listMembers: ListMembers,
    private readonly putMember: PutMember,
    private readonly removeMember: RemoveMember,
    private readonly previewMember: PreviewMember,
  ) {}

  @Describe('List members of a workspace', 'Members with their roles, grants, denials and effective permissions.')
  @Get()
  @RequirePermission(MEMBERS_READ)
  @Answers(200, 'A page of members.', pageSchema(memberResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<MemberResponse>> {
    return pageOf(await this.listMembers.run(workspaceId, query), query.limit, ({ userId }) => userId, showMember);
  }

  @Describe(
    'Add or change a member',
    `You can’t grant a permission that you don’t have, unless you are an owner. The request replaces the whole state: omitted permissions are revoked. ${REPORTS_FENCE}`,
  )
  @Put(':userId')
  @RequirePermission(MEMBERS_MANAGE)
  @NamesItsSession()
  @ReportsFence()
  @Answers(200, 'The member as it is now.', memberResponse)
  @Fails(userNotFound, roleUnknown, ownerRequired, ownerDenied, lastOwner, changeUnconfirmed)
  async put(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('userId') userId: string,
    @Body({ schema: putMemberRequest }) wanted: PutMemberRequest,
  ): Promise<MemberResponse> {
    return showMember(await this.putMember.run(actor, workspaceId, userId, wanted));
  }

  @Describe(
    'Preview a change of a member',
    'What the same PUT would do, asked from all nodes within about a second. Nothing changes, and the PUT may still be refused.',
  )
  @Post(':userId/preview')
  @HttpCode(200)
  @RequirePermission(MEMBERS_MANAGE)
  @Answers(200, 'What the member would gain, lose, and have closed.', rightsChangePreview)
  @Fails(roleUnknown)
  async preview(
    @Param('ws') workspaceId: string,
    @Param('userId') userId: string,
    @Body({ schema: putMemberRequest }) wanted: PutMemberRequest,
  ): Promise<RightsChangePreview> {
    return this.previewMember.run(workspaceId, userId, wanted);
  }

  @Describe(
    'Preview the removal of a member',
    'What the DELETE of the member would do, asked from all nodes within about a second. Nothing changes.',
  )
  @Post(':userId/removal-preview')
  @HttpCode(200)
  @RequirePermission(MEMBERS_MANAGE)
  @Answers(200, 'What the member would lose, and have closed.', rightsChangePreview)
  async previewRemoval(
    @Param('ws') workspaceId: string,
    @Param('userId') userId: string,
  ): Promise<RightsChangePreview> {
    return this.previewMember.removal(workspaceId, userId);
  }

  @Describe('Remove a member', `The last owner who is not disabled can’t be removed. ${REPORTS_FENCE}`)
  @Delete(':userId')
  @RequirePermission(MEMBERS_MANAGE)
  @ReportsFence()
  @Answers(204, 'The user is no longer a member.')
  @Fails(memberNotFound, ownerRequired, lastOwner, changeUnconfirmed)
  async remove(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    await this.removeMember.run(actor, workspaceId, userId);
  }
}
