import { useState } from 'react';

export interface Step {
  readonly busy: boolean;
  /** Why the last run failed. */
  readonly error: unknown;
  /** Resolves also when the step rejects: `error` then says why. */
  readonly run: (step: () => Promise<unknown>) => Promise<void>;
}

/** A step that a button starts, such as a call of the API. */
export function useStep(): Step {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (step: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await step();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
