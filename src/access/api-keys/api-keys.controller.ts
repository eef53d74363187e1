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

/** The caller's own keys. Part of access and not of identity, because only access knows the declared permissions. */
@OwnLoginOnly()
@ApiTags('API keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Describe('List your API keys', 'Names, scopes and expiry times of your keys, without the keys themselves.')
  @Get()
  @Answers(200, 'A page of your API keys, oldest first.', pageSchema(apiKeyResponse))
  async list(
    @CurrentUser() { userId }: Principal,
    @Query({ schema: pageQuery }) { limit, cursor }: PageQuery,
  ): Promise<Page<ApiKeyResponse>> {
    return pageOf(await this.keys.list(userId, limit, cursor), limit, ({ id }) => id, showApiKey);
  }

  @Describe(
    'Create an API key',
    'A key is accepted wherever an access token is, and has those of your permissions that its scopes name.',
  )
  @Post()
  @Header('cache-control', 'no-store')
  @Answers(201, 'The key, returned only this once.', newApiKeyResponse)
  @Fails(adminRequired)
  async create(
    @Caller() actor: RequestActor,
    @Body({ schema: createApiKeyRequest }) { name, scopes, expiresAt }: CreateApiKeyRequest,
  ): Promise<NewApiKeyResponse> {
    const expiry = expiresAt === undefined ? defaultExpiry() : new Date(expiresAt);
    const created = await this.keys.create(actor, { name, scopes, expiresAt: expiry });
    return { ...showApiKey(created), key: created.key };
  }

  @Describe(
    'Revoke an API key',
    'Rejects further calls with the key, closes its sockets and ends the sessions that it vouches for.',
  )
  @Delete(':id')
  @Answers(204, 'The key has been revoked.')
  @Fails(apiKeyNotFound, changeUnconfirmed)
  async revoke(@Caller() actor: RequestActor, @Param('id') id: string): Promise<void> {
    if (!(await this.keys.revoke(actor, id))) throw apiKeyNotFound();
  }
}
