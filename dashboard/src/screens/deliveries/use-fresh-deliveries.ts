import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useWorkspaceEvents, type AnyEvent } from '../../live/workspace-events.js';
import {
  listKey,
  listsKey,
  loadPage,
  statsKey,
  type Deliveries,
  type DeliveriesPage,
  type Delivery,
} from './deliveries-queries.js';
import type { DeliveryFilters } from './delivery-search.js';

const PATCH_MS = 100;
const COUNT_MS = 3_000;

type Patch = Partial<Delivery> & { readonly id: string };

/** The news of an event about its delivery; undefined for other events. */
function patchOf({ id, type, payload }: AnyEvent): Patch | undefined {
  const told = payload as Partial<Delivery> & { deliveryId?: string };
  if (told.deliveryId === undefined) return undefined;
  const { deliveryId, title = null } = told;
  if (type === 'webhook:failed') return { id: deliveryId, status: 'failed', title, error: told.error ?? null };
  if (type !== 'webhook:received') return undefined;
  const { eventType = null, url = null, sender = null } = told;
  return { id: deliveryId, status: 'processed', title, eventType, url, sender, error: null, eventId: id };
}

/** Whether a delivery that is not loaded yet belongs to the list, as far as its event tells. */
function belongs(filters: DeliveryFilters, patch: Patch, { payload }: AnyEvent): boolean {
  const { status, sourceId, provider, eventType, until, providerDeliveryId, q, test } = filters;
  const texts = [patch.title, patch.sender].map((text) => text?.toLowerCase() ?? '');
  return (
    (status === undefined || status === patch.status) &&
    (sourceId === undefined || sourceId === payload['sourceId']) &&
    (provider === undefined || provider === payload['provider']) &&
    (eventType === undefined || eventType === patch.eventType) &&
    (q === undefined || texts.some((text) => text.includes(q.toLowerCase()))) &&
    (test === undefined || test === (payload['test'] === true)) &&
    until === undefined &&
    providerDeliveryId === undefined
  );
}

const mapPages = (data: Deliveries | undefined, change: (row: Delivery) => Delivery): Deliveries | undefined =>
  data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })) };

/** Puts the rows of a newer first page above those that are loaded; undefined if rows between them may be missing. */
function merge(data: Deliveries, newest: DeliveriesPage): Deliveries | undefined {
  const known = new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const fresh = newest.items.filter(({ id }) => !known.has(id));
  if (fresh.length === newest.items.length && newest.nextCursor !== null) return undefined;
  const [first, ...others] = data.pages;
  if (first === undefined) return undefined;
  return { ...data, pages: [{ ...first, items: [...fresh, ...first.items] }, ...others] };
}

export interface FreshDeliveries {
  readonly count: number;
  /** Whether there are more than `count`. */
  readonly isMore: boolean;
  /** Puts the new rows on top. */
  readonly show: () => Promise<void>;
}

/** Changes loaded rows in place as their deliveries are processed, and counts new deliveries without showing them. */
export function useFreshDeliveries(ws: string, filters: DeliveryFilters): FreshDeliveries {
  const queries = useQueryClient();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [isMore, setIsMore] = useState(false);
  const waiting = useRef(new Map<string, readonly [Patch, AnyEvent]>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const counted = useRef<ReturnType<typeof setTimeout>>(undefined);
  const key = JSON.stringify(filters);

  const load = useCallback(
    () => queries.getQueryData<Deliveries>(listKey(ws, JSON.parse(key) as DeliveryFilters)),
    [queries, ws, key],
  );

  useEffect(() => {
    setFresh(new Set());
    setIsMore(false);
    const filtersNow = JSON.parse(key) as DeliveryFilters;
    if (load() === undefined) return;
    // The list comes from the cache: deliveries that arrived in the meantime had no listener here.
    let isLatest = true;
    loadPage(ws, filtersNow)
      .then((newest) => {
        if (!isLatest) return;
        const rows = new Map(newest.items.map((row) => [row.id, row]));
        const known = new Set(load()?.pages.flatMap(({ items }) => items.map(({ id }) => id)));
        queries.setQueryData<Deliveries>(listKey(ws, filtersNow), (data) =>
          mapPages(data, (row) => rows.get(row.id) ?? row),
        );
        const unknown = newest.items.flatMap(({ id }) => (known.has(id) ? [] : [id]));
        setFresh(new Set(unknown));
        setIsMore(unknown.length === newest.items.length && newest.nextCursor !== null);
      })
      .catch(() => undefined);
    return () => void (isLatest = false);
  }, [load, queries, ws, key]);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      clearTimeout(counted.current);
      timer.current = counted.current = undefined;
    },
    [],
  );

  const apply = (): void => {
    timer.current = undefined;
    const patches = waiting.current;
    waiting.current = new Map();
    const known = new Set<string>();
    queries.setQueriesData<Deliveries>({ queryKey: listsKey(ws) }, (data) =>
      mapPages(data, (row) => {
        const [patch] = patches.get(row.id) ?? [];
        return patch === undefined ? row : { ...row, ...patch };
      }),
    );
    for (const { items } of load()?.pages ?? []) for (const { id } of items) known.add(id);
    const added = [...patches].flatMap(([id, [patch, event]]) =>
      !known.has(id) && belongs(filters, patch, event) ? [id] : [],
    );
    if (added.length > 0) setFresh((before) => new Set([...before, ...added]));
    counted.current ??= setTimeout(() => {
      counted.current = undefined;
      void queries.invalidateQueries({ queryKey: statsKey(ws) });
    }, COUNT_MS);
  };

  useWorkspaceEvents((event) => {
    const patch = patchOf(event);
    if (patch === undefined) return;
    waiting.current.set(patch.id, [patch, event]);
    timer.current ??= setTimeout(apply, PATCH_MS);
  });

  const show = useCallback(async (): Promise<void> => {
    const filtersNow = JSON.parse(key) as DeliveryFilters;
    const newest = await loadPage(ws, filtersNow);
    const data = load();
    const merged = data && merge(data, newest);
    if (merged === undefined) await queries.resetQueries({ queryKey: listKey(ws, filtersNow), exact: true });
    else queries.setQueryData(listKey(ws, filtersNow), merged);
    setFresh(new Set());
    setIsMore(false);
  }, [queries, ws, key, load]);

  return { count: fresh.size, isMore, show };
}
