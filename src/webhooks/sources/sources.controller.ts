import { Body, Controller, Delete, Get, Logger, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE, WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { warningsOf } from './check-source.js';
import { ManageSources } from './manage-sources.js';
import { ShowSources } from './show-sources.js';
import type { Source } from './source.entity.js';
import { SourceStore } from './source.store.js';
import {
  providerUnknown,
  sourceChannelInvalid,
  sourceNotFound,
  sourceOptionsInvalid,
  sourceSecretsInvalid,
} from './source.errors.js';
import {
  changedSourceResponse,
  changeSourceRequest,
  createSourceRequest,
  sourceResponse,
  type ChangedSourceResponse,
  type ChangeSourceRequest,
  type CreateSourceRequest,
  type SourceResponse,
} from './source.schemas.js';

@ApiTags('Sources')
@Controller('v1/workspaces/:ws/sources')
export class SourcesController {
  private readonly logger = new Logger(SourcesController.name);

  constructor(
    private readonly store: SourceStore,
    private readonly sources: ManageSources,
    private readonly shown: ShowSources,
  ) {}

  @Describe(
    'List webhook sources',
    'Oldest first, each with the number of its secrets and the times of its last requests.',
  )
  @Get()
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'A page of sources, oldest first.', pageSchema(sourceResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<SourceResponse>> {
    const rows = await this.store.list(workspaceId, query);
    const page = pageOf(
      rows,
      query.limit,
      ({ id }) => id,
      (source) => source,
    );
    return { ...page, items: await this.shown.all(page.items) };
  }

  @Describe('Read a webhook source', 'With the times of its last requests and of the last use of each secret.')
  @Get(':id')
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'The source.', sourceResponse)
  @Fails(sourceNotFound)
  async get(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<SourceResponse> {
    const source = await this.store.find(workspaceId, id);
    if (source === null) throw sourceNotFound();
    return this.shown.one(source);
  }

  @Describe('Create a webhook source', 'The response has the URL to configure at the sender.')
  @Post()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(201, 'The source; configure its `url` at the sender.', changedSourceResponse)
  @Fails(providerUnknown, sourceSecretsInvalid, sourceOptionsInvalid, sourceChannelInvalid)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createSourceRequest }) request: CreateSourceRequest,
  ): Promise<ChangedSourceResponse> {
    return this.showChanged(await this.sources.create(actor, workspaceId, request), request.secrets);
  }

  /** To rotate a secret: set the new and the old one, change it at the sender, then set only the new one. */
  @Describe(
    'Change a webhook source',
    'Its name, secrets, options, windows and allowed addresses, or whether it is enabled.',
  )
  @Patch(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The changed source; the change is effective on every node.', changedSourceResponse)
  @Fails(sourceNotFound, sourceSecretsInvalid, sourceOptionsInvalid, sourceChannelInvalid)
  async change(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: changeSourceRequest }) request: ChangeSourceRequest,
  ): Promise<ChangedSourceResponse> {
    return this.showChanged(await this.sources.change(actor, workspaceId, id, request), request.secrets);
  }

  @Describe('Delete a webhook source', 'Its deliveries are kept until they expire.')
  @Delete(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(204, 'The source is deleted; its deliveries are kept until they expire.')
  @Fails(sourceNotFound)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.sources.delete(actor, workspaceId, id);
  }

  private async showChanged(source: Source, secrets: readonly string[] = []): Promise<ChangedSourceResponse> {
    const warnings = warningsOf(secrets);
    const { id: sourceId, provider } = source;
    if (warnings.length > 0) this.logger.warn({ msg: 'weak secrets of a source', sourceId, provider, warnings });
    return { ...(await this.shown.one(source)), warnings };
  }
}
