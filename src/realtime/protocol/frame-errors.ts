import { definedErrors } from '../../platform/errors.js';
import { INTERNAL, TEMPORARY } from './realtime.errors.js';

export interface FrameError {
  readonly code: string;
  readonly temporary: boolean;
  readonly meaning: string;
}

/** Every error that an `error` frame can carry. */
export function frameErrors(): FrameError[] {
  const listed = definedErrors().filter(({ inFrames }) => inFrames);
  return [
    ...listed.map(({ code, kind, title }) => ({ code, temporary: TEMPORARY[kind], meaning: title })),
    { code: INTERNAL.code, temporary: INTERNAL.temporary, meaning: INTERNAL.message },
  ];
}
