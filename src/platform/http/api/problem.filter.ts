import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TidingsError } from '../../errors.js';
import { noteOn } from '../../logging/request-log.js';
import { INTERNAL, PROBLEM_TYPE, problemOf, serviceUnavailable } from './problem.js';

const RETRY_SECONDS = 1;
/** The response hides the reason for these errors, so it goes to the log. */
const FAULTS = new Set<string>([INTERNAL.code, serviceUnavailable.definition.code]);

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    noteOn(request, { code: problem.code, ...reasonOf(error) });
    if (FAULTS.has(problem.code) || hasHiddenCause(error))
      this.logger.error({ msg: 'request failed', requestId: request.id, err: error });
    if (problem.status === 503 || problem.status === 429) {
      reply.header('retry-after', (error instanceof TidingsError && error.retryAfterSeconds) || RETRY_SECONDS);
    }
    void reply
      .status(problem.status)
      .type(PROBLEM_TYPE)
      .send({ ...problem, requestId: request.id });
  }
}

/**
 * The reason of a rejection, for the request log. Details of an invalid body are left out: they may repeat its data.
 */
function reasonOf(error: unknown): { reason?: string } {
  if (!(error instanceof TidingsError) || error.detail === undefined || error.kind === 'invalid') return {};
  return { reason: error.detail };
}

/** An internal failure that the response reports only as temporarily unavailable. */
const hasHiddenCause = (error: unknown): boolean =>
  error instanceof TidingsError && error.kind === 'unavailable' && error.cause !== undefined;
