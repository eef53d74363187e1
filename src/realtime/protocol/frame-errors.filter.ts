import { Catch, type ExceptionFilter } from '@nestjs/common';

/** Rethrows to `FrameQueue`, which answers the frame with the error. Nest would only log it. */
@Catch()
export class FrameErrors implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
