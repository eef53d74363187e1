import { TidingsError, type ErrorKind } from '../errors.js';

/** What becomes of work that failed: `retry` it later, or `discard` it, because it would fail the same way again. */
export type JobOutcome = 'retry' | 'discard';

const OUTCOME_BY_KIND: Readonly<Record<ErrorKind, JobOutcome>> = {
  invalid: 'discard',
  unauthenticated: 'discard',
  forbidden: 'discard',
  'not-found': 'discard',
  conflict: 'discard',
  precondition: 'discard',
  'too-large': 'discard',
  unsupported: 'discard',
  'too-many': 'retry',
  unavailable: 'retry',
};

/** A fault that nobody foresaw may pass: it is tried again. */
export function outcomeOf(error: unknown): JobOutcome {
  return error instanceof TidingsError ? OUTCOME_BY_KIND[error.kind] : 'retry';
}
