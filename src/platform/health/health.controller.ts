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
  title: 'This process is not ready; `detail` lists the failed checks.',
});

const liveAnswer = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
const readyAnswer = z
  .object({
    status: z
      .enum(['ok', 'degraded'])
      .describe('`degraded`: the process works, but with a delay of seconds; `checks` shows the reason'),
    checks: z.record(z.string(), z.enum(['ok', 'degraded', 'tolerated'])).describe('result of each check, by name'),
    tolerated: z
      .array(z.string())
      .describe(
        'failed checks that are ignored: `asynchronous-standby` (a failover can lose acknowledged data), ' +
          'and outside production `durability` and `eviction`',
      ),
  })
  .meta({ id: 'Readiness' });

@Public()
@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Restart this process when it does not answer. */
  @Describe('Check liveness', 'For supervisors: shows that the event loop runs, and checks no backends.')
  @Get('live')
  @Header('cache-control', 'no-store')
  @Answers(200, 'The process is alive.', liveAnswer)
  readLiveness(): z.infer<typeof liveAnswer> {
    return { status: 'ok' };
  }

  /** An unready process recovers by itself when its backends do, so it should not be restarted. */
  @Describe(
    'Check readiness',
    'For proxies: do not send new requests to a process that is not ready. Without Redis or hints between processes it is `degraded`: it works with a delay.',
  )
  @Get('ready')
  @Header('cache-control', 'no-store')
  @Answers(200, 'The process is ready.', readyAnswer)
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
