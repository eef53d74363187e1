import { useInsertionEffect, useRef } from 'react';

/** What was given in the last finished rendering, for callbacks that outlive it. */
export function useLatest<Value>(value: Value): { readonly current: Value } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}
