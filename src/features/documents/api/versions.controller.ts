import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequirePermission } from '../../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../../identity/public/caller.js';
import { NamesItsSession } from '../../../identity/public/names-its-session.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { IdPipe } from '../../../platform/http/api/id-pipe.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../../platform/http/api/page.js';
import { plainText } from '../content/plain-text.js';
import { documentNotFound, documentTooLarge, exportTooLarge, versionNotFound } from '../document.errors.js';
import { DOCUMENTS_READ, DOCUMENTS_WRITE, versionResponse, type VersionResponse } from '../documents.declarations.js';
import { DocumentVersions, showVersion } from '../storage/document-versions.js';

const createVersionRequest = z
  .strictObject({ name: z.string().trim().min(1).max(200).optional() })
  .meta({ id: 'DocumentVersionRequest', example: { name: 'As sent to the printer' } });
type CreateVersionRequest = z.infer<typeof createVersionRequest>;

const versionWithText = versionResponse
  .extend({ text: z.string().describe('the content without formatting') })
  .meta({ id: 'DocumentVersionWithText' });
type VersionWithText = z.infer<typeof versionWithText>;

@ApiTags('Documents')
@Controller('v1/workspaces/:ws/documents/:id/versions')
export class VersionsController {
  constructor(private readonly versions: DocumentVersions) {}

  /** The server keeps a version about every ten minutes while a document is edited, and the newest hundred of these. */
  @Describe('List the versions of a document', 'Newest first.')
  @Get()
  @RequirePermission(DOCUMENTS_READ)
  @Answers(200, 'A page of versions, newest first.', pageSchema(versionResponse))
  @Fails(documentNotFound)
  async list(
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<VersionResponse>> {
    const rows = await this.versions.page({ workspaceId, id }, query);
    return pageOf(rows, query.limit, (row) => row.id, showVersion);
  }

  @Describe('Get a version of a document', 'Includes the content at that time.')
  @Get(':version')
  @RequirePermission(DOCUMENTS_READ)
  @Answers(200, 'The version, with its content as text.', versionWithText)
  @Fails(versionNotFound, exportTooLarge)
  async find(
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Param('version', IdPipe) versionId: string,
  ): Promise<VersionWithText> {
    const { version, doc } = await this.versions.find({ workspaceId, id }, versionId);
    return { ...version, text: plainText(doc) };
  }

  /** The server keeps the newest hundred requested versions, independently of the automatic ones. */
  @Describe('Create a version of a document', 'Saves the current content, so that it can be restored later.')
  @Post()
  @RequirePermission(DOCUMENTS_WRITE)
  @Answers(201, 'The new version.', versionResponse)
  @Fails(documentNotFound)
  async keep(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: createVersionRequest }) { name }: CreateVersionRequest,
  ): Promise<VersionResponse> {
    return this.versions.keep(actor, { workspaceId, id }, name ?? null);
  }

  /**
   * Restores the text `content` and the XML fragment `default` by one more change, which open editors see like any
   * other. The previous content is kept as a version.
   */
  @Describe(
    'Restore a version of a document',
    'Applies the restore as one more change: nothing is lost, and all editors see it at once.',
  )
  @Post(':version/restore')
  @RequirePermission(DOCUMENTS_WRITE)
  @NamesItsSession()
  @Answers(204, 'The document has the content of the version.')
  @Fails(documentNotFound, versionNotFound, documentTooLarge)
  async restore(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Param('version', IdPipe) versionId: string,
  ): Promise<void> {
    await this.versions.restore(actor, { workspaceId, id }, versionId);
  }
}
