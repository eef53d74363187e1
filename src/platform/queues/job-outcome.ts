import { TidingsError, type ErrorKind } from '../errors.js';

/** How to continue after a failure: `retry` later, or `discard`, because it would fail the same way again. */
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

/** Unexpected errors may be transient, so they are retried. */
export function outcomeOf(error: unknown): JobOutcome {
  return error instanceof TidingsError ? OUTCOME_BY_KIND[error.kind] : 'retry';
}
