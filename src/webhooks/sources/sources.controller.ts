import { Body, Controller, Delete, Get, Logger, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Config } from '../../platform/config/config.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../platform/http/api/page.js';
import { WEBHOOKS_MANAGE, WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { Providers } from '../providers/providers.js';
import { warningsOf } from './check-source.js';
import { ManageSources } from './manage-sources.js';
import type { Source } from './source.entity.js';
import { SourceStore } from './source.store.js';
import { providerUnknown, sourceNotFound, sourceOptionsInvalid, sourceSecretsInvalid } from './source.errors.js';
import {
  changedSourceResponse,
  changeSourceRequest,
  createSourceRequest,
  showSource,
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
    private readonly providers: Providers,
    private readonly config: Config,
  ) {}

  @Describe('List webhook sources', 'Oldest first, each with the number of its secrets.')
  @Get()
  @RequirePermission(WEBHOOKS_READ)
  @Answers(200, 'A page of sources, oldest first.', pageSchema(sourceResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<SourceResponse>> {
    const rows = await this.store.list(workspaceId, query);
    return pageOf(
      rows,
      query.limit,
      ({ id }) => id,
      (source) => this.show(source),
    );
  }

  @Describe('Create a webhook source', 'The response has the URL to configure at the sender.')
  @Post()
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(201, 'The source; configure its `url` at the sender.', changedSourceResponse)
  @Fails(providerUnknown, sourceSecretsInvalid, sourceOptionsInvalid)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createSourceRequest }) request: CreateSourceRequest,
  ): Promise<ChangedSourceResponse> {
    return this.showChanged(await this.sources.create(actor, workspaceId, request), request.secrets);
  }

  /** To rotate a secret: set the new and the old one, change it at the sender, then set only the new one. */
  @Describe('Change a webhook source', 'Its name, secrets, options and windows, or whether it is enabled.')
  @Patch(':id')
  @RequirePermission(WEBHOOKS_MANAGE)
  @Answers(200, 'The changed source; the change is effective on every node.', changedSourceResponse)
  @Fails(sourceNotFound, sourceSecretsInvalid, sourceOptionsInvalid)
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

  private showChanged(source: Source, secrets: readonly string[] = []): ChangedSourceResponse {
    const warnings = warningsOf(secrets);
    const { id: sourceId, provider } = source;
    if (warnings.length > 0) this.logger.warn({ msg: 'weak secrets of a source', sourceId, provider, warnings });
    return { ...this.show(source), warnings };
  }

  private show(source: Source): SourceResponse {
    return showSource(source, this.providers.find(source.provider), this.config.publicUrl);
  }
}
