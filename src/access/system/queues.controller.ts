import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { InspectQueues, type InspectedQueue } from '../../platform/queues/inspect-queues.js';
import { queueUnavailable } from '../../platform/queues/queue.errors.js';
import { queuesResponse, type QueuesResponse } from './queues.schemas.js';
import { RetryJob } from './retry-job.js';
import { jobNotFailed } from './system.errors.js';

@AdminOnly()
@ApiTags('System')
@Controller('v1/system/queues')
export class QueuesController {
  constructor(
    private readonly queues: InspectQueues,
    private readonly retryJob: RetryJob,
  ) {}

  @Describe(
    'List the job queues',
    'Jobs are hints: the rows of deliveries, messages, pushes and timers say what is left to do, and sweeps find rows whose job failed.',
  )
  @Get()
  @Answers(200, 'Each queue with its newest failed jobs.', queuesResponse)
  @Fails(queueUnavailable)
  async list(): Promise<QueuesResponse> {
    return { items: (await this.queues.all()).map(showQueue) };
  }

  @Describe('Retry a failed job', 'The job waits again, with all of its attempts. The audit records the call.')
  @Post(':queue/jobs/:id/retry')
  @HttpCode(204)
  @Answers(204, 'The job waits for a worker.')
  @Fails(jobNotFailed, queueUnavailable)
  async retry(@Caller() actor: RequestActor, @Param('queue') queue: string, @Param('id') id: string): Promise<void> {
    await this.retryJob.run(actor, queue, id);
  }
}

const showQueue = ({ failedJobs, ...queue }: InspectedQueue): QueuesResponse['items'][number] => ({
  ...queue,
  failedJobs: failedJobs.map((job) => ({ ...job, failedAt: job.failedAt?.toISOString() ?? null })),
});
