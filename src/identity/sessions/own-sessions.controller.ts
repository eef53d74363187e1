import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { Caller, type RequestActor } from '../public/caller.js';
import { CurrentUser } from '../public/current-user.js';
import { OwnLoginOnly } from '../public/person-only.js';
import type { Principal } from '../public/principal.js';
import { ManageSessions } from './manage-sessions.js';
import { sessionNotFound } from './session.errors.js';
import { sessionResponse, showSession, type SessionResponse } from './session.schemas.js';

/** The sessions of the caller. An API key cannot see them, and neither can a backend that vouches for a user. */
@OwnLoginOnly()
@ApiTags('Me')
@Controller('v1/me/sessions')
export class OwnSessionsController {
  constructor(private readonly sessions: ManageSessions) {}

  @Describe('List your sessions', 'The browsers and devices in which you are logged in, with the current one marked.')
  @Get()
  @Answers(200, 'A page of your open sessions, oldest first.', pageSchema(sessionResponse))
  async list(
    @CurrentUser() { userId, sessionId }: Principal,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<SessionResponse>> {
    const rows = await this.sessions.ofUser(userId, query);
    return pageOf(rows, query.limit, ({ id }) => id, showSession(sessionId));
  }

  @Describe('End one of your sessions', 'Its tokens end and its sockets close at once. It may be the current one.')
  @Delete(':id')
  @Answers(204, 'The session has ended.')
  @Fails(sessionNotFound, changeUnconfirmed)
  async end(@Caller() actor: RequestActor, @Param('id') id: string): Promise<void> {
    await this.sessions.endOwn(actor, id);
  }
}
