import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { Public } from '../../platform/http/api/public.js';
import { CallerInfo } from '../../platform/http/server/caller-info.js';
import { clientInfoOf, type ClientInfo } from '../../platform/http/server/client-info.js';
import { adminRequired, invalidToken, sessionEnded, tokenExpired, userDisabled } from '../public/auth.errors.js';
import { Authenticate } from '../public/authenticate.js';
import { userNotFound } from '../public/user.errors.js';
import { bearerToken } from '../tokens/bearer-token.js';
import { CompletePasswordReset } from './complete-password-reset.js';
import { CreatePasswordReset } from './create-password-reset.js';
import { noPassword, resetInvalid, tooManyResets } from './password-reset.errors.js';
import {
  completeResetRequest,
  passwordResetRequest,
  passwordResetResponse,
  type CompleteResetRequest,
  type PasswordResetRequest,
  type PasswordResetResponse,
} from './password-reset.schemas.js';
import { RequestPasswordReset } from './request-password-reset.js';

@Public()
@ApiTags('Sign-in')
@Controller('v1/password-resets')
export class PasswordResetsController {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly requestReset: RequestPasswordReset,
    private readonly createReset: CreatePasswordReset,
    private readonly completeReset: CompletePasswordReset,
  ) {}

  @Describe(
    'Request a link to set a new password',
    'With `email`, for anyone: the user gets a mail, and the response is the same when there is no such user. With `userId`, for administrators: the response contains the link when no mail could be sent. A link works once, for one hour. A user who signs in at an issuer has no password and gets no link.',
  )
  @Post()
  @ApiResponse({ status: 201, description: 'With `userId`: the link.', standardSchema: passwordResetResponse })
  @Answers(202, 'With `email`: if there is such a user with a password, a mail is on its way.')
  @Fails(tooManyResets, invalidToken, tokenExpired, sessionEnded, userDisabled, adminRequired, userNotFound, noPassword)
  async request(
    @Body({ schema: passwordResetRequest }) wanted: PasswordResetRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PasswordResetResponse | undefined> {
    const client = clientInfoOf(request);
    if ('email' in wanted) {
      this.requestReset.begin(wanted.email, client);
      return undefined;
    }
    const caller = await this.authenticate.principalOf(bearerToken(request.headers.authorization) ?? '');
    if (!caller.isAdmin) throw adminRequired();
    reply.status(201).header('cache-control', 'no-store');
    return this.createReset.run({ ...client, actorId: caller.userId }, wanted.userId);
  }

  @Describe(
    'Set a new password by a link',
    'Takes the token of the link. Ends all sessions of the user and closes their sockets; API keys stay valid.',
  )
  @Post('complete')
  @Answers(204, 'The password has been set, and the user can sign in with it.')
  @Fails(resetInvalid, changeUnconfirmed)
  async complete(
    @Body({ schema: completeResetRequest }) { token, password }: CompleteResetRequest,
    @CallerInfo() client: ClientInfo,
  ): Promise<void> {
    await this.completeReset.run(token, password, client);
  }
}
