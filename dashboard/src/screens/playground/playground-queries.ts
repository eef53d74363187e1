import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';

const PAGE = 200;

/** The newest task, whose id fills in the examples; the id of the workspace stands for it when there is none. */
export function useTaskId(): string {
  const { id: ws } = useWorkspace();
  const mayRead = useMay('tasks:read');
  const { data } = useQuery({
    queryKey: [...keyOf(ws), 'tasks', 'newest'],
    enabled: mayRead,
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/tasks', { params: { path: { ws }, query: { limit: 1 } } })),
  });
  return data?.items[0]?.id ?? ws;
}

/** A source that takes unsigned webhooks; undefined without one, or without the right to see its address. */
export function useOpenSource(): Schemas['Source'] | undefined {
  const { id: ws } = useWorkspace();
  const mayRead = useMay('webhooks:read');
  const { data } = useQuery({
    queryKey: [...keyOf(ws), 'sources', 'open'],
    enabled: mayRead,
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/sources', { params: { path: { ws }, query: { limit: PAGE } } })),
  });
  return data?.items.find(({ provider, enabled }) => provider === 'open' && enabled);
}
