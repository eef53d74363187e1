import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { lastOwner, ownAccount, userNotFound } from '../../identity/public/user.errors.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { DeleteUser } from './delete-user.js';

/** Here and not in identity, because only access knows whom a workspace can't do without. */
@AdminOnly()
@ApiTags('Users')
@Controller('v1/users')
export class DeletedUsersController {
  constructor(private readonly deleteUser: DeleteUser) {}

  /** Everything that was in this user's name ends at once: sessions, keys, memberships, sockets. */
  @Describe('Delete a user', 'Everything in the name of this user ends at once: sessions, keys, memberships, sockets.')
  @Delete(':id')
  @Answers(204, 'The user is gone.')
  @Fails(userNotFound, ownAccount, lastOwner, changeUnconfirmed)
  async removeUser(@Caller() actor: RequestActor, @Param('id') id: string): Promise<void> {
    await this.deleteUser.execute(actor, id);
  }
}
