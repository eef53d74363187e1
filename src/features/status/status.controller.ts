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

/** For the user and for administrators. No scope of an API key grants access. */
@PersonOnly()
@Fails(userNotFound)
@ApiTags('Status')
@Controller('v1/users/:id')
export class StatusController {
  constructor(
    private readonly read: ReadStatus,
    private readonly set: SetStatus,
  ) {}

  @Describe('Read the status of a user', 'Your own status, or that of any user for administrators.')
  @Get('status')
  @Answers(200, 'The status of the user.', statusSchema)
  getStatus(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<Status> {
    return this.read.run(caller, id);
  }

  /** Publishes an event on the user's private channel when the status is set and when it becomes active. */
  @Describe(
    'Set the status of a user',
    '`pending` becomes `active` at `activateAt`, which defaults to three days from now. Your own status, or that of any user for administrators.',
  )
  @Put('status')
  @NamesItsSession()
  @Answers(200, 'The status as it is now.', statusSchema)
  putStatus(
    @Caller() actor: RequestActor,
    @Param('id') id: string,
    @Body({ schema: setStatusRequest }) wanted: SetStatusRequest,
  ): Promise<Status> {
    return this.set.run(actor, id, wanted);
  }

  @Describe(
    'List the transactions of a user',
    'The transactions that activations of the status have recorded, newest first. Your own, or those of any user for administrators.',
  )
  @Get('transactions')
  @Answers(200, 'A page of transactions, newest first.', pageSchema(transactionSchema))
  listTransactions(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<TransactionRecord>> {
    return this.read.transactions(caller, id, query);
  }
}
