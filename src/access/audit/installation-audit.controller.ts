import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { INSTALLATION } from '../../platform/audit/audit-chain.js';
import { AuditReader } from '../../platform/audit/audit-reader.js';
import type { ChainHead } from '../../platform/audit/verify-chain.js';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/api/page.js';
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

/** Changes that belong to no workspace. Administrators see those of a workspace only as its members. */
@AdminOnly()
@ApiTags('Audit')
@Controller('v1/audit')
export class InstallationAuditController {
  constructor(
    private readonly audit: AuditReader,
    private readonly exportAudit: ExportAudit,
  ) {}

  @Describe(
    'List changes of the installation',
    'Changes that belong to no workspace (users, logins, keys), newest first.',
  )
  @Get()
  @Answers(200, 'A page of logins and of changes to users, newest first.', pageSchema(auditEntryResponse))
  async list(
    @Query({ schema: auditQuery }) { limit, cursor, ...filter }: AuditQuery,
  ): Promise<Page<AuditEntryResponse>> {
    const rows = await this.audit.page(INSTALLATION, filter, limit + 1, cursor);
    return pageOf(rows, limit, ({ position }) => String(position), showEntry);
  }

  @Describe('Export the changes of the installation', 'All changes in one file, oldest first, as JSON lines or CSV.')
  @Get('export')
  @ApiProduces('application/jsonl', 'text/csv')
  @Answers(200, 'All changes in one file, oldest first.', z.string())
  export(@Query({ schema: auditExportQuery }) wanted: AuditExportQuery): StreamableFile {
    return this.exportAudit.run(INSTALLATION, wanted);
  }

  @Describe(
    'Read the head of the audit chain of the installation',
    'Store it outside of the database, and compare it later with `verify?head=`.',
  )
  @Get('head')
  @Answers(200, 'The end of the chain.', auditHeadResponse)
  async head(): Promise<ChainHead> {
    return this.audit.head(INSTALLATION);
  }

  @Describe(
    'Verify the changes of the installation',
    'Recomputes every hash of the chain, to detect entries that were changed, removed, inserted or moved.',
  )
  @Get('verify')
  @Answers(200, 'Whether the chain is complete and unchanged.', verificationResponse)
  async verify(@Query({ schema: verificationQuery }) { head }: VerificationQuery): Promise<VerificationResponse> {
    return showVerification(await this.audit.verify(INSTALLATION, head));
  }
}
