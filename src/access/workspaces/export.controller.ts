import { Controller, Get, Param, type StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { WORKSPACE_EXPORT } from '../public/access.declarations.js';
import { RequirePermission } from '../public/require-permission.js';
import { ExportWorkspace } from './export-workspace.js';
import { exportsBusy } from './workspace.errors.js';

@ApiTags('Workspaces')
@Controller('v1/workspaces/:ws/export')
export class WorkspaceExportController {
  constructor(private readonly exports: ExportWorkspace) {}

  @Describe(
    'Export a workspace',
    'Everything that the workspace stores and that you may read, as of one moment, as JSON lines of the form `{kind, ...}`. The first line names the kinds that you may not read; the last one, of the kind `end`, counts the lines of each kind. No line contains a secret.',
  )
  @Get()
  @RequirePermission(WORKSPACE_EXPORT)
  @ApiProduces('application/jsonl')
  @Answers(200, 'The objects of the workspace, one a line.', z.string())
  @Fails(exportsBusy)
  async exportWorkspace(@Caller() actor: RequestActor, @Param('ws') workspaceId: string): Promise<StreamableFile> {
    return this.exports.run(actor, workspaceId);
  }
}
