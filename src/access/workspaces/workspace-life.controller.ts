import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import { OwnLoginOnly } from '../../identity/public/person-only.js';
import type { Principal } from '../../identity/public/principal.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { REPORTS_FENCE, ReportsFence } from '../../platform/fence/reports-fence.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { memberNotFound } from '../members/member.errors.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { DeleteWorkspace } from './delete-workspace.js';
import { DeletedWorkspaces, type DeletedWorkspace } from './deleted-workspaces.js';
import { RestoreWorkspace } from './restore-workspace.js';
import { TransferWorkspace } from './transfer-workspace.js';
import { nameUnconfirmed, ownTransfer, workspaceOwnerRequired } from './workspace.errors.js';
import {
  deletedWorkspaceResponse,
  deleteWorkspaceQuery,
  transferRequest,
  workspaceDetailsResponse,
  type DeleteWorkspaceQuery,
  type TransferWorkspaceRequest,
} from './workspace.schemas.js';
import { ShowWorkspace, type WorkspaceDetails } from './workspace-settings.js';

/** The calls of owners. An API key cannot make them, and neither can a backend that vouches for a user. */
@ApiTags('Workspaces')
@OwnLoginOnly()
@Controller('v1/workspaces')
export class WorkspaceLifeController {
  constructor(
    private readonly removal: DeleteWorkspace,
    private readonly deleted: DeletedWorkspaces,
    private readonly restoration: RestoreWorkspace,
    private readonly transfer: TransferWorkspace,
    private readonly details: ShowWorkspace,
  ) {}

  @Describe('List your deleted workspaces', 'Those that you owned, while you can restore them.')
  @Get('deleted')
  @Answers(200, 'A page of deleted workspaces, oldest first.', pageSchema(deletedWorkspaceResponse))
  async listDeletedWorkspaces(
    @CurrentUser() caller: Principal,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<DeletedWorkspace>> {
    const rows = await this.deleted.page(caller, query);
    return pageOf(
      rows,
      query.limit,
      ({ id }) => id,
      (workspace) => workspace,
    );
  }

  @Describe(
    'Delete a workspace',
    `Requires an owner. No user can read it or connect to it any more, its sources answer as unknown ones and its endpoints get nothing. An owner can restore it for 7 days; then it is erased. ${REPORTS_FENCE}`,
  )
  @Delete(':ws')
  @ReportsFence()
  @Answers(200, 'The deleted workspace.', deletedWorkspaceResponse)
  @Fails(workspaceNotFound, workspaceOwnerRequired, nameUnconfirmed, changeUnconfirmed)
  async deleteWorkspace(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Query({ schema: deleteWorkspaceQuery }) { confirm }: DeleteWorkspaceQuery,
  ): Promise<DeletedWorkspace> {
    return this.removal.run(actor, workspaceId, confirm);
  }

  @Describe(
    'Restore a deleted workspace',
    'Requires an owner of it. Its members get their roles, grants and denials back. Replays that were running stay cancelled.',
  )
  @Post(':ws/restore')
  @Answers(200, 'The workspace.', workspaceDetailsResponse)
  @Fails(workspaceNotFound, workspaceOwnerRequired, changeUnconfirmed)
  async restoreWorkspace(@Caller() actor: RequestActor, @Param('ws') workspaceId: string): Promise<WorkspaceDetails> {
    await this.restoration.run(actor, workspaceId);
    return this.details.run(actor.principal, workspaceId);
  }

  @Describe(
    'Transfer a workspace',
    `Makes another member an owner, and you an administrator of the workspace. ${REPORTS_FENCE}`,
  )
  @Post(':ws/transfer')
  @ReportsFence()
  @Answers(200, 'The workspace, with your role as it is now.', workspaceDetailsResponse)
  @Fails(workspaceNotFound, workspaceOwnerRequired, ownTransfer, memberNotFound, changeUnconfirmed)
  async transferWorkspace(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: transferRequest }) { userId }: TransferWorkspaceRequest,
  ): Promise<WorkspaceDetails> {
    await this.transfer.run(actor, workspaceId, userId);
    return this.details.run(actor.principal, workspaceId);
  }
}
