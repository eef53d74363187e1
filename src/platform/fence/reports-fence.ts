import { UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Observable } from 'rxjs';
import { serverTimingOf, withReceipts } from './fence-receipt.js';

class FenceTiming implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return new Observable((subscriber) =>
      withReceipts(
        (receipt) => void reply.header('server-timing', serverTimingOf(receipt)),
        () => next.handle().subscribe(subscriber),
      ),
    );
  }
}

/** Adds `Server-Timing` to the response of a route that changes rights: after how long, and on how many nodes. */
export const ReportsFence = (): MethodDecorator => UseInterceptors(FenceTiming);

/** For the description of such a route. */
export const REPORTS_FENCE =
  'The response is sent when every node applies the change. `Server-Timing` contains the milliseconds that it took and ' +
  'the number of nodes, e.g. `fence;dur=41.3;desc="3 nodes"`; without it the change affects the rights of no user.';
