import { useSyncExternalStore } from 'react';

/** Whether a media query applies, e.g. `(min-width: 640px)`; follows changes. */
export const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (watcher) => {
      const media = matchMedia(query);
      media.addEventListener('change', watcher);
      return () => media.removeEventListener('change', watcher);
    },
    () => matchMedia(query).matches,
  );
