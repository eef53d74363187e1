import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { RequirePermission } from '../../../access/public/require-permission.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { IdPipe } from '../../../platform/http/api/id-pipe.js';
import { markdown } from '../content/markdown.js';
import { plainText } from '../content/plain-text.js';
import { documentNotFound, exportTooLarge } from '../document.errors.js';
import { DOCUMENTS_READ } from '../documents.declarations.js';
import { DocumentLog } from '../storage/document-log.js';
import { Documents } from '../storage/documents.js';
import { dispositionFor } from './export-file.js';

const exportQuery = z.object({ format: z.enum(['text', 'markdown']).default('markdown') });
type ExportQuery = z.infer<typeof exportQuery>;

const FORMATS = {
  text: { type: 'text/plain; charset=utf-8', extension: 'txt', write: plainText },
  markdown: { type: 'text/markdown; charset=utf-8', extension: 'md', write: markdown },
} as const;

@ApiTags('Documents')
@Controller('v1/workspaces/:ws/documents/:id/export')
export class ExportController {
  constructor(
    private readonly documents: Documents,
    private readonly log: DocumentLog,
  ) {}

  /** Exports the text `content` with Quill's formats and the XML fragment `default` of ProseMirror and Tiptap. */
  @Describe('Export a document', 'Returns the content as a file, in the requested format.')
  @Get()
  @RequirePermission(DOCUMENTS_READ)
  @ApiProduces('text/plain', 'text/markdown')
  @Answers(200, 'The content of the document, as a file.', z.string())
  @Fails(documentNotFound, exportTooLarge)
  async export(
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Query({ schema: exportQuery }) query: ExportQuery,
  ): Promise<StreamableFile> {
    const { title } = await this.documents.find(workspaceId, id);
    const { type, extension, write } = FORMATS[query.format];
    const file = Buffer.from(write(await this.log.content(id)));
    return new StreamableFile(file, { type, disposition: dispositionFor(title, extension), length: file.length });
  }
}
