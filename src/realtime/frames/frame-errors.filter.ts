import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { TidingsError } from '../../platform/errors/define-error.js';
import type { ClientFrame } from './client-frame.js';
import type { Session } from '../sockets/session.js';

/** Answers a frame that failed with an `error` frame of the same id. */
@Catch()
export class FrameErrors implements ExceptionFilter {
  private readonly logger = new Logger(FrameErrors.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const session = host.switchToWs().getClient<Session>();
    const frame = host.switchToWs().getData<ClientFrame>();
    if (!(error instanceof TidingsError)) this.logger.error({ msg: 'a frame failed', type: frame.type, err: error });
    session.sendError(error, frame.id);
  }
}
