import { createContext, createElement, useContext, useEffect, type ReactNode } from 'react';
import type { TidingsClient } from '../tidings.js';

const Tidings = createContext<TidingsClient | undefined>(undefined);

export interface ProviderProps<MyEvents extends object> {
  readonly client: TidingsClient<MyEvents>;
  readonly children?: ReactNode;
}

/** Connects a client while mounted, and provides it to the hooks below. */
export function TidingsProvider<MyEvents extends object = never>({ client, children }: ProviderProps<MyEvents>) {
  useEffect(() => {
    client.connect();
    return () => client.close();
  }, [client]);
  return createElement(Tidings.Provider, { value: client as unknown as TidingsClient }, children);
}

/** The client of the nearest `TidingsProvider`, which has the same `MyEvents`. */
export function useTidings<MyEvents extends object = never>(): TidingsClient<MyEvents> {
  const client = useContext(Tidings);
  if (client === undefined) throw new Error('There is no TidingsProvider above.');
  return client as unknown as TidingsClient<MyEvents>;
}
