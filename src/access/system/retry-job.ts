import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { lockAdministrator } from '../../identity/public/lock-administrator.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { InspectQueues } from '../../platform/queues/inspect-queues.js';
import { jobNotFailed } from './system.errors.js';

/** Lets a failed job wait again. */
@Injectable()
export class RetryJob {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly queues: InspectQueues,
  ) {}

  /**
   * A retry that is not committed did happen in the queue: handlers are idempotent, so it does no harm.
   * @throws `job.not-failed`, `queue.unavailable`
   */
  async run(actor: RequestActor, queue: string, jobId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockAdministrator(tx, actor.principal.userId);
      if (!(await this.queues.retry(queue, jobId))) throw jobNotFailed();
      await this.audit.record(tx, { action: 'job.retried', actor, workspaceId: null, target: jobId });
    });
  }
}
