import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule, type OnModuleDestroy, type Type } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { JobDefinition, JobHandler } from './define-job.js';
import { InspectQueues, QUEUE_BACKEND } from './inspect-queues.js';
import { JobQueue } from './job-queue.js';
import { QueueOutage } from './queue-outage.js';
import {
  disconnectRedis,
  installQueueBackends,
  isRedisUnavailable,
  queueOptions,
  type QueueBackend,
} from './queue-backend.js';
import { workerFor } from './worker.js';

/** The injection token of a job's queue. */
export const queueOf = (job: { readonly queue: string }): string => `JobQueue:${job.queue}`;

@Module({})
export class QueuesModule implements OnModuleDestroy {
  /** Runs before queues close: calls to an unavailable Redis then fail at once instead of at the deadline. */
  onModuleDestroy(): void {
    if (isRedisUnavailable()) disconnectRedis();
  }

  static forRoot(backend: QueueBackend): DynamicModule {
    installQueueBackends();
    return {
      module: QueuesModule,
      global: true,
      imports: [BullModule.forRoot(queueOptions(backend))],
      providers: [QueueOutage, InspectQueues, { provide: QUEUE_BACKEND, useValue: backend }],
      exports: [QueueOutage, InspectQueues],
    };
  }

  /** Provides the queue of this job: `@Inject(queueOf(job)) queue: JobQueue<Payload>`. */
  static producing<Payload>(job: JobDefinition<Payload>): DynamicModule {
    const jobQueue = {
      provide: queueOf(job),
      inject: [getQueueToken(job.queue), QueueOutage],
      useFactory: (queue: Queue, outage: QueueOutage) => new JobQueue<Payload>(queue, outage),
    };
    return {
      module: QueuesModule,
      imports: [
        BullModule.registerQueue({
          name: job.queue,
          defaultJobOptions: {
            attempts: 5,
            backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
            removeOnComplete: true,
            removeOnFail: { age: 7 * 24 * 3600, count: 1_000 },
          },
        }),
      ],
      providers: [jobQueue],
      exports: [jobQueue],
    };
  }

  /** The provider that runs jobs of this kind through `handler`, a provider of the same module. */
  static worker<Payload>(job: JobDefinition<Payload>, handler: Type<JobHandler<Payload>>): Type {
    return workerFor(job, handler);
  }
}
