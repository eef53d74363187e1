import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequirePermission } from '../../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../../identity/public/caller.js';
import { LogReader } from '../../../platform/events/log-reader.js';
import { positionSchema, type Position } from '../../../platform/events/logged-event.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { IdPipe } from '../../../platform/http/api/id-pipe.js';
import { pageOf, pageQuery, pageSchema, type Page, type PageQuery } from '../../../platform/http/api/page.js';
import { documentNotFound } from '../document.errors.js';
import {
  documentResponse,
  DOCUMENTS_READ,
  documentsChannel,
  DOCUMENTS_WRITE,
  type DocumentResponse,
} from '../documents.declarations.js';
import { Documents } from '../storage/documents.js';

const documentRequest = z
  .strictObject({ title: z.string().trim().min(1).max(200) })
  .meta({ id: 'DocumentRequest', example: { title: 'Minutes' } });
type DocumentRequest = z.infer<typeof documentRequest>;

const listResponse = pageSchema(documentResponse).extend({ position: positionSchema });

@ApiTags('Documents')
@Controller('v1/workspaces/:ws/documents')
export class DocumentsController {
  constructor(
    private readonly documents: Documents,
    private readonly log: LogReader,
  ) {}

  /** What is in a document comes and goes over the WebSocket at `/documents`. */
  @Describe('List documents of a workspace', 'Of the workspace, by id.')
  @Get()
  @RequirePermission(DOCUMENTS_READ)
  @Answers(200, 'A page of documents, oldest first, and where their channel stood then.', listResponse)
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<DocumentResponse> & { position: Position }> {
    const { found, position } = await this.log.readAt(documentsChannel(workspaceId), (tx) =>
      this.documents.page(tx, workspaceId, query),
    );
    const page = pageOf(
      found,
      query.limit,
      ({ id }) => id,
      (document) => document,
    );
    return { ...page, position };
  }

  @Describe('Make a document', 'Its content is edited live at `/documents`, under its id.')
  @Post()
  @RequirePermission(DOCUMENTS_WRITE)
  @Answers(201, 'The document, with nothing in it.', documentResponse)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: documentRequest }) { title }: DocumentRequest,
  ): Promise<DocumentResponse> {
    return this.documents.create(actor, workspaceId, title);
  }

  @Describe('Read one document', 'Its title and who made it; the content is at `/documents`.')
  @Get(':id')
  @RequirePermission(DOCUMENTS_READ)
  @Answers(200, 'The document.', documentResponse)
  @Fails(documentNotFound)
  async find(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<DocumentResponse> {
    return this.documents.find(workspaceId, id);
  }

  @Describe('Rename a document', 'All who have it open see the new title.')
  @Patch(':id')
  @RequirePermission(DOCUMENTS_WRITE)
  @Answers(200, 'The document under its new title.', documentResponse)
  @Fails(documentNotFound)
  async rename(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: documentRequest }) { title }: DocumentRequest,
  ): Promise<DocumentResponse> {
    return this.documents.rename(actor, workspaceId, id, title);
  }

  @Describe('Delete a document', 'With its content and versions; open editors are closed.')
  @Delete(':id')
  @RequirePermission(DOCUMENTS_WRITE)
  @Answers(204, 'The document is gone with its versions; who had it open is sent away.')
  @Fails(documentNotFound)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.documents.delete(actor, workspaceId, id);
  }
}
