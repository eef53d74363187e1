import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { PeopleSearch } from './people-search.js';

type Changes = { readonly [Name in keyof PeopleSearch]?: PeopleSearch[Name] | undefined };

/** The state of the screen, and a function that changes parts of it; undefined removes a part. */
export function usePeopleSearch(): readonly [PeopleSearch, (changes: Changes, replace?: boolean) => void] {
  const search: PeopleSearch = useSearch({ from: '/w/$ws/people' });
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Changes, replace = false) => {
      void navigate({
        to: '.',
        replace,
        resetScroll: false,
        search: (before: PeopleSearch) =>
          Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)),
      } as never);
    },
    [navigate],
  );
  return [search, change];
}
