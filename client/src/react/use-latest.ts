import { useInsertionEffect, useRef } from 'react';

/** The value of the last committed render, for callbacks that outlive it. */
export function useLatest<Value>(value: Value): { readonly current: Value } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}
