import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { defineError } from '../errors.js';
import { Answers, Describe, Fails } from '../http/api/answers.js';
import { Public } from '../http/api/public.js';
import { Readiness } from './readiness.js';

const notReady = defineError({
  code: 'service.not-ready',
  kind: 'unavailable',
  title: 'This process should get no work at the moment; `detail` names the checks that failed.',
});

const liveAnswer = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
const readyAnswer = z
  .object({
    status: z
      .enum(['ok', 'degraded'])
      .describe('`degraded`: send it work all the same; what it does is seconds late, and `checks` says why'),
    checks: z.record(z.string(), z.enum(['ok', 'degraded', 'tolerated'])).describe('by name, what each check says'),
    tolerated: z
      .array(z.string())
      .describe(
        "checks that failed and don't count: `asynchronous-standby` (a failover to it can lose what was acknowledged), " +
          'and outside production `durability` and `eviction`',
      ),
  })
  .meta({ id: 'Readiness' });

@Public()
@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Restart this process when it gives no answer: it only says that the event loop turns. */
  @Describe('Say that the process runs', 'For the supervisor of the process: it asks nothing else.')
  @Get('live')
  @Header('cache-control', 'no-store')
  @Answers(200, 'The process is alive.', liveAnswer)
  readLiveness(): z.infer<typeof liveAnswer> {
    return { status: 'ok' };
  }

  /** What a failing process waits for comes back by itself, so it is not restarted. */
  @Describe(
    'Say whether the process can work',
    'For proxies: a process that is not ready should get no new requests. Without Redis or wake-ups it is `degraded` and does its work, later.',
  )
  @Get('ready')
  @Header('cache-control', 'no-store')
  @Answers(200, 'The process can do its work.', readyAnswer)
  @Fails(notReady)
  async readReadiness(): Promise<z.infer<typeof readyAnswer>> {
    const { failed, degraded, tolerated, passed } = await this.readiness.report();
    if (failed.length > 0) throw notReady(failed.join(', '));
    const checks = Object.fromEntries([
      ...passed.map((name) => [name, 'ok'] as const),
      ...degraded.map((name) => [name, 'degraded'] as const),
      ...tolerated.map((name) => [name, 'tolerated'] as const),
    ]);
    return { status: degraded.length > 0 ? 'degraded' : 'ok', checks, tolerated: [...tolerated] };
  }
}
