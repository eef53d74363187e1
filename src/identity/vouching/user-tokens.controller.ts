import { Body, Controller, Header, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Describe, Fails, Takes } from '../../platform/http/api/answers.js';
import { scopeRequired, userDisabled } from '../public/auth.errors.js';
import { Caller, type RequestActor } from '../public/caller.js';
import { userNotFound } from '../public/user.errors.js';
import { loginResponse, type LoginResponse } from '../public/login-response.js';
import { VouchForUser } from './vouch-for-user.js';
import { administratorNotVouchedFor } from './vouching.errors.js';
import { userTokenRequest, type UserTokenRequest } from './vouching.schemas.js';

@ApiTags('Users')
@Controller('v1/users/:id/tokens')
export class UserTokensController {
  constructor(private readonly vouchForUser: VouchForUser) {}

  @Takes('users:impersonate')
  @Describe(
    'Issue an access token for a user',
    'For a trusted backend that authenticates its users itself. Requires an API key with the scope `users:impersonate`. The token has the permissions of the user, but it can neither create API keys nor change the password, and it cannot be refreshed. It ends with the API key and with the user.',
  )
  @Post()
  @Header('cache-control', 'no-store')
  @Answers(201, 'An access token for this user, for `Authorization: Bearer` and for the WebSocket.', loginResponse)
  @Fails(scopeRequired, userNotFound, userDisabled, administratorNotVouchedFor)
  async create(
    @Caller() actor: RequestActor,
    @Param('id') id: string,
    @Body({ schema: userTokenRequest }) wanted: UserTokenRequest,
  ): Promise<LoginResponse> {
    return this.vouchForUser.run(actor, id, wanted?.expiresIn);
  }
}
