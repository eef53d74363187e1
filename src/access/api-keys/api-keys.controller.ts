import { Body, Controller, Delete, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { adminRequired } from '../../identity/public/auth.errors.js';
import { ApiKeys } from '../../identity/public/api-keys.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import { OwnLoginOnly } from '../../identity/public/person-only.js';
import type { Principal } from '../../identity/public/principal.js';
import { changeUnconfirmed } from '../../platform/fence/fence.errors.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { apiKeyNotFound } from './api-key.errors.js';
import {
  apiKeyResponse,
  createApiKeyRequest,
  defaultExpiry,
  newApiKeyResponse,
  showApiKey,
  type ApiKeyResponse,
  type CreateApiKeyRequest,
  type NewApiKeyResponse,
} from './api-key.schemas.js';

/** Everyone's own. Here and not in identity, because only access knows which permissions there are. */
@OwnLoginOnly()
@ApiTags('API keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Describe('List your API keys', 'Names, scopes and ends of your keys; never the keys themselves.')
  @Get()
  @Answers(200, 'A page of your API keys, oldest first.', pageSchema(apiKeyResponse))
  async list(
    @CurrentUser() { userId }: Principal,
    @Query({ schema: pageQuery }) { limit, cursor }: PageQuery,
  ): Promise<Page<ApiKeyResponse>> {
    return pageOf(await this.keys.list(userId, limit, cursor), limit, ({ id }) => id, showApiKey);
  }

  /** A key goes wherever an access token does, and has of your permissions those in its scopes. */
  @Describe(
    'Make an API key',
    'A key goes wherever an access token does, and has of your permissions those in its scopes.',
  )
  @Post()
  @Header('cache-control', 'no-store')
  @Answers(201, 'The key, shown this once.', newApiKeyResponse)
  @Fails(adminRequired)
  async create(
    @Caller() actor: RequestActor,
    @Body({ schema: createApiKeyRequest }) { name, scopes, expiresAt }: CreateApiKeyRequest,
  ): Promise<NewApiKeyResponse> {
    const expiry = expiresAt === undefined ? defaultExpiry() : new Date(expiresAt);
    const made = await this.keys.create(actor, { name, scopes, expiresAt: expiry });
    return { ...showApiKey(made), key: made.key };
  }

  /** Its calls fail from now on, and its sockets are closed. */
  @Describe(
    'Revoke an API key',
    'Its calls fail from now on, and its sockets and the sessions that it vouches for are closed.',
  )
  @Delete(':id')
  @Answers(204, 'The key is void.')
  @Fails(apiKeyNotFound, changeUnconfirmed)
  async revoke(@Caller() actor: RequestActor, @Param('id') id: string): Promise<void> {
    if (!(await this.keys.revoke(actor, id))) throw apiKeyNotFound();
  }
}
