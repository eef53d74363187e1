import { TidingsError } from '../../platform/errors.js';
import { CLOSE, type Closing } from './close-codes.js';

/** The close code for a connection that failed to authenticate or to keep its rights. */
export function closingForError(error: unknown): Closing {
  if (!(error instanceof TidingsError)) return CLOSE.tryLater;
  if (error.kind === 'unauthenticated') return CLOSE.unauthenticated;
  return error.kind === 'forbidden' ? CLOSE.forbidden : CLOSE.tryLater;
}
