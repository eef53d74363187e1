import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { defineError } from '../errors/define-error.js';
import { Answers, Describe, Fails } from '../http/answers.js';
import { Public } from '../http/public.js';
import { Readiness } from './readiness.js';

const notReady = defineError({
  code: 'service.not-ready',
  kind: 'unavailable',
  title: 'This process should get no work at the moment; `detail` names the checks that failed.',
});

const liveAnswer = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
const readyAnswer = z
  .object({
    status: z.literal('ok'),
    tolerated: z
      .array(z.string())
      .describe("checks that failed and don't count outside production: `durability`, `eviction`"),
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

  /** Send this process no work while it fails; don't restart it: what it waits for comes back by itself. */
  @Describe('Say whether the process can work', 'For proxies: a process that is not ready should get no new requests.')
  @Get('ready')
  @Header('cache-control', 'no-store')
  @Answers(200, 'The process can do all of its work.', readyAnswer)
  @Fails(notReady)
  async readReadiness(): Promise<z.infer<typeof readyAnswer>> {
    const { failed, tolerated } = await this.readiness.report();
    if (failed.length > 0) throw notReady(failed.join(', '));
    return { status: 'ok', tolerated: [...tolerated] };
  }
}
