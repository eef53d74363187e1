import { Body, Controller, Delete, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { adminRequired } from '../../identity/public/auth.errors.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import { OwnLoginOnly } from '../../identity/public/person-only.js';
import type { Principal } from '../../identity/public/principal.js';
import { emailTaken } from '../../identity/public/user.errors.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
import { ownerRequired } from '../members/member.errors.js';
import { permissionDenied, workspaceNotFound } from '../public/access.errors.js';
import { roleUnknown } from '../roles/role.errors.js';
import { CreateInvitation } from './create-invitation.js';
import {
  alreadyMember,
  invitationInvalid,
  invitationNotFound,
  inviterLacksRights,
  otherAddress,
  tooManyInvitations,
} from './invitation.errors.js';
import {
  createInvitationRequest,
  invitationResponse,
  invitationsQuery,
  invitationToken,
  joinedResponse,
  newInvitationResponse,
  showInvitation,
  type CreateInvitationRequest,
  type InvitationResponse,
  type InvitationsQuery,
  type InvitationToken,
  type JoinedResponse,
  type NewInvitationResponse,
} from './invitation.schemas.js';
import { JoinByInvitation } from './join-by-invitation.js';
import { ReadInvitations } from './read-invitations.js';
import { RevokeInvitation } from './revoke-invitation.js';

const RIGHTS =
  'With a workspace, this takes `members:manage` there; without one, an administrator of the installation.';

@OwnLoginOnly()
@ApiTags('Invitations')
@Controller('v1/invitations')
export class InvitationsController {
  constructor(
    private readonly createInvitation: CreateInvitation,
    private readonly readInvitations: ReadInvitations,
    private readonly revokeInvitation: RevokeInvitation,
    private readonly joining: JoinByInvitation,
  ) {}

  @Describe('List open invitations', `Of a workspace, or those to no workspace. ${RIGHTS}`)
  @Get()
  @Answers(200, 'A page of invitations, oldest first.', pageSchema(invitationResponse))
  @Fails(adminRequired, workspaceNotFound, permissionDenied)
  async list(
    @CurrentUser() caller: Principal,
    @Query({ schema: invitationsQuery }) query: InvitationsQuery,
  ): Promise<Page<InvitationResponse>> {
    return pageOf(await this.readInvitations.list(caller, query), query.limit, ({ id }) => id, showInvitation);
  }

  @Describe(
    'Invite a person',
    `Mails a link that works once, for 7 days; the response contains the link when no mail could be sent. You can't invite to a role with permissions that you don't have, and the invitation is void when you lose them. An earlier invitation of the same address is replaced. ${RIGHTS}`,
  )
  @Post()
  @Header('cache-control', 'no-store')
  @Answers(201, 'The invitation.', newInvitationResponse)
  @Fails(adminRequired, workspaceNotFound, permissionDenied, ownerRequired, roleUnknown)
  @Fails(alreadyMember, emailTaken, tooManyInvitations)
  async create(
    @Caller() actor: RequestActor,
    @Body({ schema: createInvitationRequest }) wanted: CreateInvitationRequest,
  ): Promise<NewInvitationResponse> {
    return this.createInvitation.run(actor, wanted);
  }

  @Describe('Revoke an invitation', `Its link is void at once. ${RIGHTS}`)
  @Delete(':id')
  @Answers(204, 'The invitation has been revoked.')
  @Fails(invitationNotFound, permissionDenied, adminRequired)
  async revoke(@Caller() actor: RequestActor, @Param('id') id: string): Promise<void> {
    await this.revokeInvitation.run(actor, id);
  }

  @Describe(
    'Accept an invitation as a signed-in user',
    'For the user with the invited address. A member keeps the role.',
  )
  @Post('join')
  @Answers(200, 'The user is a member of the workspace of the invitation.', joinedResponse)
  @Fails(invitationInvalid, otherAddress, inviterLacksRights, changeUnconfirmed)
  async joinByInvitation(
    @Caller() actor: RequestActor,
    @Body({ schema: invitationToken }) { token }: InvitationToken,
  ): Promise<JoinedResponse> {
    return { workspaceId: await this.joining.run(actor, token) };
  }
}
