import { useEffect, useRef } from 'react';
import { queries } from '../../api/queries.js';
import { useWorkspaceEvents, type AnyEvent } from '../../live/workspace-events.js';
import {
  newestDeliveryKey,
  sourcesKey,
  sourceStatsKey,
  type Source,
  type Stats,
} from '../../queries/sources-queries.js';

const FLUSH_MS = 200;
/** The server writes the use of a secret and the time of a refusal within 5 seconds. */
const ACTIVITY_MS = 6_000;

interface News {
  processed: number;
  failed: number;
  lastAt: number;
  /** The last delivery that a user did not simulate. */
  lastSeenAt: number | undefined;
}

const withNews = (source: Source, news: News | undefined): Source =>
  news?.lastSeenAt === undefined || Date.parse(source.lastSeenAt ?? '') > news.lastSeenAt
    ? source
    : { ...source, lastSeenAt: new Date(news.lastSeenAt).toISOString() };

function addToStats(ws: string, id: string, news: News): void {
  const queryKey = [...sourceStatsKey(ws), id];
  const stats = queries.getQueryData<Stats>(queryKey);
  const last = stats?.buckets.at(-1);
  if (stats === undefined || last === undefined) return;
  const isNextBucket = news.lastAt >= Date.parse(last.at) + stats.bucketSeconds * 1_000;
  if (isNextBucket) return void queries.invalidateQueries({ queryKey, exact: true });
  const counted = { ...last, processed: last.processed + news.processed, failed: last.failed + news.failed };
  queries.setQueryData<Stats>(queryKey, { ...stats, buckets: [...stats.buckets.slice(0, -1), counted] });
}

function apply(ws: string, news: ReadonlyMap<string, News>): void {
  queries.setQueryData<Source[]>(sourcesKey(ws), (list) =>
    list?.map((source) => withNews(source, news.get(source.id))),
  );
  for (const [id, one] of news) {
    queries.setQueryData<Source>([...sourcesKey(ws), id], (source) => source && withNews(source, one));
    addToStats(ws, id, one);
    void queries.invalidateQueries({ queryKey: newestDeliveryKey(ws, id) });
  }
}

/**
 * Writes deliveries into the cache of the sources, a few times a second at most.
 * @returns a function for the events of sources with a channel of their own, which the workspace's do not include
 */
export function useLiveSources(ws: string): (event: AnyEvent) => void {
  const pending = useRef(new Map<string, News>());
  const timers = useRef<{ flush?: ReturnType<typeof setTimeout>; activity?: ReturnType<typeof setTimeout> }>({});
  useEffect(() => {
    const { current } = timers;
    return () => {
      clearTimeout(current.flush);
      clearTimeout(current.activity);
    };
  }, []);
  const onEvent = ({ type, payload, ts }: AnyEvent): void => {
    const isReceived = type === 'webhook:received';
    if (!isReceived && type !== 'webhook:failed') return;
    const id = String(payload['sourceId']);
    const news = pending.current.get(id) ?? { processed: 0, failed: 0, lastAt: 0, lastSeenAt: undefined };
    if (isReceived) news.processed += 1;
    else news.failed += 1;
    news.lastAt = ts;
    if (payload['test'] !== true) news.lastSeenAt = ts;
    pending.current.set(id, news);
    timers.current.flush ??= setTimeout(() => {
      delete timers.current.flush;
      apply(ws, pending.current);
      pending.current = new Map();
    }, FLUSH_MS);
    timers.current.activity ??= setTimeout(() => {
      delete timers.current.activity;
      void queries.invalidateQueries({ queryKey: sourcesKey(ws) });
    }, ACTIVITY_MS);
  };
  useWorkspaceEvents(onEvent);
  return onEvent;
}
