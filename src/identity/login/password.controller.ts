import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { Caller, type RequestActor } from '../public/caller.js';
import { newPassword } from '../public/new-password.js';
import { OwnLoginOnly } from '../public/person-only.js';
import { ChangePassword } from './change-password.js';
import { tooManyLogins, wrongPassword } from './login.errors.js';

const changePasswordRequest = z
  .strictObject({ current: z.string().max(1_024), new: newPassword })
  .meta({ id: 'ChangePasswordRequest', example: { current: 'a long pass phrase', new: 'a longer pass phrase' } });

type ChangePasswordRequest = z.infer<typeof changePasswordRequest>;

@ApiTags('Me')
@Controller('v1/me/password')
export class PasswordController {
  constructor(private readonly changePassword: ChangePassword) {}

  @Describe('Change your password', 'Ends your other sessions and closes their sockets. API keys stay valid.')
  @Post()
  @OwnLoginOnly()
  @Answers(204, 'The password has been changed.')
  @Fails(wrongPassword, tooManyLogins, changeUnconfirmed)
  async change(
    @Caller() actor: RequestActor,
    @Body({ schema: changePasswordRequest }) wanted: ChangePasswordRequest,
  ): Promise<void> {
    await this.changePassword.run(actor, wanted.current, wanted.new);
  }
}
