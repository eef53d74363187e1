import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { AdminOnly } from '../public/admin-only.js';
import { Caller, type RequestActor } from '../public/caller.js';
import { emailTaken, lastOwner, ownAccount, userNotFound } from '../public/user.errors.js';
import {
  accountResponse,
  changeUserRequest,
  createUserRequest,
  showAccount,
  type AccountResponse,
  type ChangeUserRequest,
  type CreateUserRequest,
} from './account.schemas.js';
import { ChangeUser } from './change-user.js';
import { CreateUser } from './create-user.js';
import { ListUsers } from './list-users.js';

@AdminOnly()
@ApiTags('Users')
@Controller('v1/users')
export class UsersController {
  constructor(
    private readonly listUsers: ListUsers,
    private readonly createUser: CreateUser,
    private readonly changeUser: ChangeUser,
  ) {}

  @Describe('List the users of the installation', 'Oldest first.')
  @Get()
  @Answers(200, 'A page of users, oldest first.', pageSchema(accountResponse))
  async list(@Query({ schema: pageQuery }) query: PageQuery): Promise<Page<AccountResponse>> {
    return pageOf(await this.listUsers.run(query), query.limit, ({ id }) => id, showAccount);
  }

  @Describe('Create a user', 'Creates a user with a password. A new user is not a member of any workspace.')
  @Post()
  @Answers(201, 'The user, who can log in at once.', accountResponse)
  @Fails(emailTaken)
  async create(
    @Caller() actor: RequestActor,
    @Body({ schema: createUserRequest }) wanted: CreateUserRequest,
  ): Promise<AccountResponse> {
    return showAccount(await this.createUser.run(actor, wanted));
  }

  @Describe(
    'Change or disable a user',
    'The response is sent when every node applies the change. Enabling a user again does not restore earlier tokens, sessions and API keys.',
  )
  @Patch(':id')
  @Answers(200, 'The user as it is now.', accountResponse)
  @Fails(userNotFound, ownAccount, lastOwner, changeUnconfirmed)
  async change(
    @Caller() actor: RequestActor,
    @Param('id') id: string,
    @Body({ schema: changeUserRequest }) wanted: ChangeUserRequest,
  ): Promise<AccountResponse> {
    return showAccount(await this.changeUser.run(actor, id, wanted));
  }
}
