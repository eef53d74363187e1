import { Controller, Get, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AuditReader } from '../../platform/audit/audit-reader.js';
import type { ChainHead } from '../../platform/audit/verify-chain.js';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
import { AUDIT_READ } from '../public/access.declarations.js';
import { RequirePermission } from '../public/require-permission.js';
import {
  auditEntryResponse,
  auditExportQuery,
  auditQuery,
  auditHeadResponse,
  showEntry,
  showVerification,
  verificationQuery,
  verificationResponse,
  type AuditEntryResponse,
  type AuditExportQuery,
  type AuditQuery,
  type VerificationQuery,
  type VerificationResponse,
} from './audit.schemas.js';
import { ExportAudit } from './export-audit.js';

@ApiTags('Audit')
@Controller('v1/workspaces/:ws/audit')
export class AuditController {
  constructor(
    private readonly audit: AuditReader,
    private readonly exportAudit: ExportAudit,
  ) {}

  @Describe('List changes of a workspace', 'Each change with its actor and its origin, newest first.')
  @Get()
  @RequirePermission(AUDIT_READ)
  @Answers(200, 'A page of changes in the workspace, newest first.', pageSchema(auditEntryResponse))
  async list(
    @Param('ws') workspaceId: string,
    @Query({ schema: auditQuery }) { limit, cursor, ...filter }: AuditQuery,
  ): Promise<Page<AuditEntryResponse>> {
    const rows = await this.audit.page(workspaceId, filter, limit + 1, cursor);
    return pageOf(rows, limit, ({ position }) => String(position), showEntry);
  }

  @Describe(
    'Export the changes of a workspace',
    'All changes in one file, oldest first. In CSV, cells that a spreadsheet would evaluate begin with an apostrophe.',
  )
  @Get('export')
  @RequirePermission(AUDIT_READ)
  @ApiProduces('application/jsonl', 'text/csv')
  @Answers(200, 'All changes in one file, oldest first.', z.string())
  export(
    @Param('ws') workspaceId: string,
    @Query({ schema: auditExportQuery }) wanted: AuditExportQuery,
  ): StreamableFile {
    return this.exportAudit.run(workspaceId, wanted);
  }

  @Describe(
    'Read the head of the audit chain of a workspace',
    'Store it outside of the database, and compare it later with `verify?head=`.',
  )
  @Get('head')
  @RequirePermission(AUDIT_READ)
  @Answers(200, 'The end of the chain.', auditHeadResponse)
  async head(@Param('ws') workspaceId: string): Promise<ChainHead> {
    return this.audit.head(workspaceId);
  }

  @Describe(
    'Verify the changes of a workspace',
    'Recomputes every hash of the chain, to detect entries that were changed, removed, inserted or moved.',
  )
  @Get('verify')
  @RequirePermission(AUDIT_READ)
  @Answers(200, 'Whether the chain is complete and unchanged.', verificationResponse)
  async verify(
    @Param('ws') workspaceId: string,
    @Query({ schema: verificationQuery }) { head }: VerificationQuery,
  ): Promise<VerificationResponse> {
    return showVerification(await this.audit.verify(workspaceId, head));
  }
}
