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

  /** The WebSocket at `/documents` carries the content. */
  @Describe('List the documents of a workspace', 'Ordered by id.')
  @Get()
  @RequirePermission(DOCUMENTS_READ)
  @Answers(200, 'A page of documents, oldest first, and the position of their channel at that moment.', listResponse)
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

  @Describe('Create a document', 'Clients edit the content live at `/documents`, under its id.')
  @Post()
  @RequirePermission(DOCUMENTS_WRITE)
  @Answers(201, 'The document, without content.', documentResponse)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: documentRequest }) { title }: DocumentRequest,
  ): Promise<DocumentResponse> {
    return this.documents.create(actor, workspaceId, title);
  }

  @Describe('Get a document', 'Returns the title and the author; the content is at `/documents`.')
  @Get(':id')
  @RequirePermission(DOCUMENTS_READ)
  @Answers(200, 'The document.', documentResponse)
  @Fails(documentNotFound)
  async find(@Param('ws') workspaceId: string, @Param('id', IdPipe) id: string): Promise<DocumentResponse> {
    return this.documents.find(workspaceId, id);
  }

  @Describe('Rename a document', 'All open editors see the new title.')
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

  @Describe('Delete a document', 'Deletes the content and the versions too, and closes open editors.')
  @Delete(':id')
  @RequirePermission(DOCUMENTS_WRITE)
  @Answers(204, 'The document and its versions are deleted, and its open connections are closed.')
  @Fails(documentNotFound)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    await this.documents.delete(actor, workspaceId, id);
  }
}
