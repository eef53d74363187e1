import { TidingsError } from '../../platform/errors.js';
import { CLOSE, type Closing } from './close-codes.js';

/** How a socket ends whose user could not be let in, or is not to stay. */
export function closingForError(error: unknown): Closing {
  if (!(error instanceof TidingsError)) return CLOSE.tryLater;
  if (error.kind === 'unauthenticated') return CLOSE.unauthenticated;
  return error.kind === 'forbidden' ? CLOSE.forbidden : CLOSE.tryLater;
}
