import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workspaceNotFound } from '../../access/public/access.errors.js';
import { Access } from '../../access/public/access.js';
import { WorkspaceFigures } from '../../access/public/workspace-figures.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { figuresQuery, showWindow, windowOf, type FiguresQuery } from '../../platform/traffic/rollups.js';
import { WEBHOOKS_READ } from '../public/webhooks.declarations.js';
import { BacklogStore, type Backlog } from './backlog.store.js';
import { workspaceStatsResponse, type WorkspaceStatsResponse } from './stats.schemas.js';

@ApiTags('Workspaces')
@Controller('v1/workspaces/:ws/stats')
export class StatsController {
  constructor(
    private readonly access: Access,
    private readonly figures: WorkspaceFigures,
    private readonly backlog: BacklogStore,
  ) {}

  @Describe(
    'Count what a workspace received and sent',
    'Webhooks, events and writes to connections over time. Processes add their counts every ten seconds, so a process that crashes loses ten seconds of them. Minutes are kept for 48 hours, hours for 31 days.',
  )
  @Get()
  @Answers(200, 'The counts by bucket.', workspaceStatsResponse)
  @Fails(workspaceNotFound)
  async read(
    @CurrentUser() principal: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: figuresQuery }) query: FiguresQuery,
  ): Promise<WorkspaceStatsResponse> {
    const window = windowOf(query);
    await this.access.workspaceOf(principal, workspaceId);
    const seesWebhooks = await this.access.allows(principal, workspaceId, WEBHOOKS_READ);
    const [counted, backlog] = await Promise.all([
      this.figures.read(workspaceId, window),
      seesWebhooks ? this.backlog.read(workspaceId) : null,
    ]);
    const buckets = counted.map(({ at, webhooks, events, sent }) => ({
      at: new Date(at).toISOString(),
      webhooks: seesWebhooks ? webhooks : null,
      events,
      sent,
    }));
    return { ...showWindow(window), buckets, backlog: backlog && showBacklog(backlog) };
  }
}

const showBacklog = ({ count, oldestAt, isLimited }: Backlog) => ({
  count,
  oldestAt: oldestAt?.toISOString() ?? null,
  stopped: isLimited,
});
