import { useEffect, useSyncExternalStore } from 'react';
import { queries } from '../../api/queries.js';
import type { Schemas } from '../../api/api.js';
import { live } from '../../live/live.js';
import { ME } from '../../session/me.js';

export const STEPS = ['webhook', 'window', 'right', 'document', 'server'] as const;
export type Step = (typeof STEPS)[number];

interface Progress {
  readonly done: readonly Step[];
  readonly isDismissed: boolean;
}

const NOTHING: Progress = { done: [], isDismissed: false };
const watchers = new Set<() => void>();
const kept = new Map<string, Progress>();

const keyOfSteps = (ws: string): string => `tidings.first-steps.${ws}`;

/** The progress of this browser in a workspace. */
function progressIn(ws: string): Progress {
  let progress = kept.get(ws);
  if (progress === undefined) {
    try {
      progress = { ...NOTHING, ...(JSON.parse(localStorage.getItem(keyOfSteps(ws)) ?? '{}') as Partial<Progress>) };
    } catch {
      progress = NOTHING;
    }
    kept.set(ws, progress);
  }
  return progress;
}

function keep(ws: string, progress: Progress): void {
  kept.set(ws, progress);
  localStorage.setItem(keyOfSteps(ws), JSON.stringify(progress));
  for (const watcher of watchers) watcher();
}

/** Ticks a step off; once done, it stays done. */
export function tick(ws: string, step: Step): void {
  const progress = progressIn(ws);
  if (!progress.done.includes(step)) keep(ws, { ...progress, done: [...progress.done, step] });
}

export const dismissSteps = (ws: string): void => keep(ws, { ...progressIn(ws), isDismissed: true });

export const useProgress = (ws: string): Progress =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    () => progressIn(ws),
  );

const rightsIn = (ws: string): readonly string[] =>
  queries.getQueryData<Schemas['Me']>(ME)?.workspaces.find(({ id }) => id === ws)?.permissions ?? [];

const followed = new Set<string>();

/** Follows what happens on all screens, from the first overview on and for as long as the page is open. */
function follow(ws: string): void {
  if (followed.has(ws)) return;
  followed.add(ws);
  let rights = rightsIn(ws);
  live.on('permissions:updated', ({ workspaces }) => {
    const now = workspaces.find(({ id }) => id === ws)?.permissions ?? [];
    if (rights.some((right) => !now.includes(right))) tick(ws, 'right');
    rights = now;
  });
  let wasLost = false;
  live.onStatus(({ state }) => {
    if (state === 'waiting') wasLost = true;
    else if (state === 'open' && wasLost) tick(ws, 'server');
  });
  const windows = new BroadcastChannel(keyOfSteps(ws));
  windows.addEventListener('message', ({ data }) => {
    tick(ws, 'window');
    if (data === 'opened') windows.postMessage('present');
  });
  windows.postMessage('opened');
}

export const useFollowedSteps = (ws: string): void => useEffect(() => follow(ws), [ws]);
