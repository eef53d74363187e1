import { Body, Controller, Header, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { loginResponse, type LoginResponse } from '../../identity/public/login-response.js';
import { SignUp } from '../../identity/public/sign-up.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { Public } from '../../platform/http/api/public.js';
import { CallerInfo } from '../../platform/http/server/caller-info.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { AcceptInvitation } from './accept-invitation.js';
import { accountExists, invitationInvalid, inviterLacksRights } from './invitation.errors.js';
import {
  acceptInvitationRequest,
  invitationToken,
  openInvitationResponse,
  type AcceptInvitationRequest,
  type InvitationToken,
  type OpenInvitationResponse,
} from './invitation.schemas.js';
import { ReadInvitations } from './read-invitations.js';

/** For the holder of a link. The token is in the body, since addresses are logged. */
@Public()
@ApiTags('Invitations')
@Controller('v1/invitations')
export class HeldInvitationsController {
  constructor(
    private readonly readInvitations: ReadInvitations,
    private readonly acceptance: AcceptInvitation,
    private readonly signUp: SignUp,
  ) {}

  @Describe('Show an invitation to its holder', 'Takes the token of the link, and changes nothing.')
  @Post('look')
  @Header('cache-control', 'no-store')
  @Answers(200, 'The invitation.', openInvitationResponse)
  @Fails(invitationInvalid)
  async readInvitation(@Body({ schema: invitationToken }) { token }: InvitationToken): Promise<OpenInvitationResponse> {
    const held = await this.readInvitations.byToken(token);
    const { email, name, workspaceName, role, inviter, hasAccount, expiresAt } = held;
    return { email, name, workspaceName, role, inviter, hasAccount, expiresAt: expiresAt.toISOString() };
  }

  @Describe(
    'Accept an invitation with a new account',
    'Creates the user and signs them in, as a sign-in with a password does. A person with an account signs in and calls `POST /v1/invitations/join`.',
  )
  @Post('accept')
  @Answers(201, 'An access token of the new user; the refresh token is in a cookie.', loginResponse)
  @Fails(invitationInvalid, accountExists, inviterLacksRights, changeUnconfirmed)
  async acceptInvitation(
    @Body({ schema: acceptInvitationRequest }) wanted: AcceptInvitationRequest,
    @CallerInfo() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginResponse> {
    return this.signUp.respond(await this.acceptance.run(wanted, client), reply);
  }
}
