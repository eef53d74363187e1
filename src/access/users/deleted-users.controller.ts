import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { lastOwner, ownAccount, userNotFound } from '../../identity/public/user.errors.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { DeleteUser } from './delete-user.js';

/** Part of access and not of identity, because deletion depends on the ownership of workspaces. */
@AdminOnly()
@ApiTags('Users')
@Controller('v1/users')
export class DeletedUsersController {
  constructor(private readonly deleteUser: DeleteUser) {}

  @Describe('Delete a user', 'Ends the sessions, API keys, memberships and sockets of the user at once.')
  @Delete(':id')
  @Answers(204, 'The user has been deleted.')
  @Fails(userNotFound, ownAccount, lastOwner, changeUnconfirmed)
  async removeUser(@Caller() actor: RequestActor, @Param('id') id: string): Promise<void> {
    await this.deleteUser.run(actor, id);
  }
}
