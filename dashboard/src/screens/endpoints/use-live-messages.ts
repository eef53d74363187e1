import { useEffect, useRef, useState } from 'react';
import { queries } from '../../api/queries.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { endpointStatsKey, type Message, type MessageStatus } from './endpoints-queries.js';
import { dueIn, loadMessages, messagesKey, type Messages } from './messages-queries.js';

/** Events come before their messages, and many at once. */
const SETTLE_MS = 1_500;

const idsOf = (data: Messages): Set<string> => new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id)));

/** Rows that are shown take their new state and stay where they are. */
const withStates = (data: Messages, newest: readonly Message[]): Messages => {
  const states = new Map(newest.map((message) => [message.id, message]));
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map((row) => states.get(row.id) ?? row) })),
  };
};

const withFresh = (data: Messages, fresh: readonly Message[]): Messages => {
  const known = idsOf(data);
  const [first, ...rest] = data.pages;
  if (first === undefined) return data;
  const added = fresh.filter(({ id }) => !known.has(id));
  return { ...data, pages: [{ ...first, items: [...added, ...first.items] }, ...rest] };
};

/**
 * Looks for new messages and for attempts after events of the workspace, and when a pending message is due. Rows do
 * not move: new messages wait for `show`.
 */
export function useLiveMessages(
  ws: string,
  endpointId: string,
  status: MessageStatus | undefined,
  shown: readonly Message[],
): { readonly fresh: number; readonly show: () => void } {
  const [fresh, setFresh] = useState<readonly Message[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const queryKey = [...messagesKey(ws, endpointId), 'list', status ?? 'all'];
  const look = async (): Promise<void> => {
    const page = await loadMessages(ws, endpointId, status).catch(() => undefined);
    const data = queries.getQueryData<Messages>(queryKey);
    if (page === undefined || data === undefined) return;
    const known = idsOf(data);
    const added = page.items.filter(({ id }) => !known.has(id));
    queries.setQueryData<Messages>(queryKey, known.size === 0 ? withFresh(data, added) : withStates(data, page.items));
    setFresh(known.size === 0 ? [] : added);
    void queries.invalidateQueries({ queryKey: endpointStatsKey(ws, endpointId) });
  };
  const lookSoon = (ms: number): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void look();
    }, ms);
  };
  useWorkspaceEvents(() => lookSoon(SETTLE_MS));
  const due = dueIn(shown);
  useEffect(() => {
    if (due === false) return;
    const wait = setTimeout(() => void look(), due);
    return () => clearTimeout(wait);
  });
  useEffect(() => {
    setFresh([]);
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [endpointId, status]);
  const known = new Set(shown.map(({ id }) => id));
  return {
    fresh: fresh.filter(({ id }) => !known.has(id)).length,
    show: () => {
      queries.setQueryData<Messages>(queryKey, (data) => data && withFresh(data, fresh));
      setFresh([]);
    },
  };
}
