import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../../identity/contracts/admin-only.js';
import { INSTALLATION } from '../../platform/audit/audit-chain.js';
import { AuditReader } from '../../platform/audit/audit-reader.js';
import type { ChainHead } from '../../platform/audit/verify-chain.js';
import { Answers } from '../../platform/http/answers.js';
import { pageOf, pageSchema, type Page } from '../../platform/http/page.js';
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
} from './audit.shapes.js';
import { ExportAudit } from './export-audit.js';

/** What belongs to no workspace. What administrators may see of one, they may see as its members only. */
@AdminOnly()
@Controller('v1/audit')
export class InstallationAuditController {
  constructor(
    private readonly audit: AuditReader,
    private readonly exportAudit: ExportAudit,
  ) {}

  @Get()
  @Answers(200, 'A page of logins and of changes to users, newest first.', pageSchema(auditEntryResponse))
  async list(
    @Query({ schema: auditQuery }) { limit, cursor, ...filter }: AuditQuery,
  ): Promise<Page<AuditEntryResponse>> {
    const rows = await this.audit.page(INSTALLATION, filter, limit + 1, cursor);
    return pageOf(rows, limit, ({ position }) => String(position), showEntry);
  }

  /** Cells that a spreadsheet would take for a formula begin with an apostrophe. */
  @Get('export')
  @ApiProduces('application/jsonl', 'text/csv')
  @Answers(200, 'All of it as a file, oldest first.', z.string())
  export(@Query({ schema: auditExportQuery }) wanted: AuditExportQuery): StreamableFile {
    return this.exportAudit.execute(INSTALLATION, wanted);
  }

  /** Note it outside of the database, and compare it later with `verify?head=`. */
  @Get('head')
  @Answers(200, 'The end of the chain.', auditHeadResponse)
  async head(): Promise<ChainHead> {
    return this.audit.head(INSTALLATION);
  }

  @Get('verify')
  @Answers(200, 'Whether every entry is what was written, and none is missing.', verificationResponse)
  async verify(@Query({ schema: verificationQuery }) { head }: VerificationQuery): Promise<VerificationResponse> {
    return showVerification(await this.audit.verify(INSTALLATION, head));
  }
}
