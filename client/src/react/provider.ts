import { createContext, createElement, useContext, useEffect, type ReactNode } from 'react';
import type { TidingsClient } from '../tidings.js';

const Tidings = createContext<TidingsClient | undefined>(undefined);

/** Connects a client while mounted, and provides it to the hooks below. */
export function TidingsProvider({ client, children }: { client: TidingsClient; children?: ReactNode }) {
  useEffect(() => {
    client.connect();
    return () => client.close();
  }, [client]);
  return createElement(Tidings.Provider, { value: client }, children);
}

/** The client of the nearest `TidingsProvider`. */
export function useTidings(): TidingsClient {
  const client = useContext(Tidings);
  if (client === undefined) throw new Error('There is no TidingsProvider above.');
  return client;
}
