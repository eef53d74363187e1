import { Catch, type ExceptionFilter } from '@nestjs/common';

/** Nest would swallow it: whoever handed the frame over answers what failed, whatever handles it. */
@Catch()
export class FrameErrors implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
