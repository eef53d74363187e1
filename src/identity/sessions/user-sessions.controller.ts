import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { AdminOnly } from '../public/admin-only.js';
import { Caller, type RequestActor } from '../public/caller.js';
import { CurrentUser } from '../public/current-user.js';
import type { Principal } from '../public/principal.js';
import { userNotFound } from '../public/user.errors.js';
import { ManageSessions } from './manage-sessions.js';
import { sessionNotFound } from './session.errors.js';
import { sessionResponse, showSession, type SessionResponse } from './session.schemas.js';

/** The sessions of all users, for administrators. */
@AdminOnly()
@ApiTags('Users')
@Controller('v1/users/:id/sessions')
export class UserSessionsController {
  constructor(private readonly sessions: ManageSessions) {}

  @Describe('List the sessions of a user', 'The browsers and devices in which the user is logged in.')
  @Get()
  @Answers(200, 'A page of open sessions, oldest first.', pageSchema(sessionResponse))
  @Fails(userNotFound)
  async list(
    @CurrentUser() { sessionId }: Principal,
    @Param('id') userId: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<SessionResponse>> {
    const rows = await this.sessions.ofAnyUser(userId, query);
    return pageOf(rows, query.limit, ({ id }) => id, showSession(sessionId));
  }

  @Describe(
    'End all sessions of a user',
    'Their tokens end and their sockets close at once, and the tokens that other issuers have issued so far are revoked. API keys stay valid.',
  )
  @Delete()
  @Answers(204, 'All sessions of the user have ended.')
  @Fails(userNotFound, changeUnconfirmed)
  async endUserSessions(@Caller() actor: RequestActor, @Param('id') userId: string): Promise<void> {
    await this.sessions.endAllAsAdministrator(actor, userId);
  }

  @Describe('End a session of a user', 'Its tokens end and its sockets close at once.')
  @Delete(':session')
  @Answers(204, 'The session has ended.')
  @Fails(userNotFound, sessionNotFound, changeUnconfirmed)
  async end(
    @Caller() actor: RequestActor,
    @Param('id') userId: string,
    @Param('session') sessionId: string,
  ): Promise<void> {
    await this.sessions.endAsAdministrator(actor, userId, sessionId);
  }
}
