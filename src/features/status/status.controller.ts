import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import { NamesItsSession } from '../../identity/public/names-its-session.js';
import { PersonOnly } from '../../identity/public/person-only.js';
import type { Principal } from '../../identity/public/principal.js';
import { userNotFound } from '../../identity/public/user.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { ReadStatus } from './read-status.js';
import { SetStatus } from './set-status.js';
import {
  setStatusRequest,
  statusSchema,
  transactionSchema,
  type SetStatusRequest,
  type Status,
  type TransactionRecord,
} from './status.schemas.js';

/** For the user himself and for administrators. No scope of an API key covers it. */
@PersonOnly()
@Fails(userNotFound)
@ApiTags('Status')
@Controller('v1/users/:id')
export class StatusController {
  constructor(
    private readonly read: ReadStatus,
    private readonly set: SetStatus,
  ) {}

  @Describe('Read the status of a user', 'Your own, or as an administrator that of any user.')
  @Get('status')
  @Answers(200, 'The status of the user.', statusSchema)
  getStatus(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<Status> {
    return this.read.execute(caller, id);
  }

  /** The user is told, by a private event, when it is set and when it has become active. */
  @Describe(
    'Set the status of a user',
    '`pending` runs out by itself at `activateAt`, three days ahead when left out. Your own, or as an administrator that of any user.',
  )
  @Put('status')
  @NamesItsSession()
  @Answers(200, 'The status as it is now.', statusSchema)
  putStatus(
    @Caller() actor: RequestActor,
    @Param('id') id: string,
    @Body({ schema: setStatusRequest }) wanted: SetStatusRequest,
  ): Promise<Status> {
    return this.set.execute(actor, id, wanted);
  }

  @Describe(
    'List the transactions of a user',
    'What the status has brought, newest first. Your own, or as an administrator those of any user.',
  )
  @Get('transactions')
  @Answers(200, 'A page of what was recorded of the user, newest first.', pageSchema(transactionSchema))
  listTransactions(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<TransactionRecord>> {
    return this.read.transactions(caller, id, query);
  }
}
