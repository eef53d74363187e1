import { QueryClient } from '@tanstack/react-query';
import { problemOf } from './problem.js';

/** The cache of everything that was loaded. Live events are written into it, so that nothing is polled. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 3 && problemOf(error).isTemporary,
      refetchOnWindowFocus: false,
    },
    mutations: { retry: false },
  },
});
