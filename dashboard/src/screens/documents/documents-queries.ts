import { useInfiniteQuery, useQuery, type InfiniteData, type UseQueryResult } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/api.js';
import { keyOf } from '../../app/workspace.js';

export type Document = Schemas['Document'];
export type DocumentVersion = Schemas['DocumentVersion'];

const PAGE = 100;
/** Longer lists are cut, newest documents first. */
const MAX_PAGES = 50;

export const documentsKey = (ws: string) => [...keyOf(ws), 'documents', 'list'] as const;
export const documentKey = (ws: string, id: string) => [...keyOf(ws), 'documents', 'one', id] as const;
export const versionsKey = (ws: string, id: string) => [...documentKey(ws, id), 'versions'] as const;
export const textKey = (ws: string, id: string) => [...documentKey(ws, id), 'text'] as const;

/** Loads every page: the API orders documents by their ids, and a reader wants the last changed ones first. */
async function loadDocuments(ws: string): Promise<Document[]> {
  const documents: Document[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor } = await answer(
      api.GET('/v1/workspaces/{ws}/documents', { params: { path: { ws }, query } }),
    );
    documents.push(...items);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return documents.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt));
}

/** The order is that of the load: a row does not move while it is being read. */
export const useDocuments = (ws: string): UseQueryResult<Document[]> =>
  useQuery({ queryKey: documentsKey(ws), queryFn: () => loadDocuments(ws) });

export const useDocument = (ws: string, id: string): UseQueryResult<Document> =>
  useQuery({
    queryKey: documentKey(ws, id),
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/documents/{id}', { params: { path: { ws, id } } })),
  });

export function useVersions(ws: string, id: string) {
  return useInfiniteQuery({
    queryKey: versionsKey(ws, id),
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/v1/workspaces/{ws}/documents/{id}/versions', {
          params: { path: { ws, id }, query: { limit: 50, ...(pageParam !== '' && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    select: ({ pages }: InfiniteData<{ items: DocumentVersion[] }, string>) => pages.flatMap(({ items }) => items),
  });
}

/** A version and its text, which never change. */
export const useVersion = (
  ws: string,
  id: string,
  version: string,
): UseQueryResult<Schemas['DocumentVersionWithText']> =>
  useQuery({
    queryKey: [...documentKey(ws, id), 'version', version],
    queryFn: () =>
      answer(
        api.GET('/v1/workspaces/{ws}/documents/{id}/versions/{version}', { params: { path: { ws, id, version } } }),
      ),
    staleTime: Infinity,
  });

/** The text of the document as the server has it now, in the form of a version's text. */
export const useText = (ws: string, id: string): UseQueryResult<string> =>
  useQuery({
    queryKey: textKey(ws, id),
    queryFn: async () => {
      const text = await api.GET('/v1/workspaces/{ws}/documents/{id}/export', {
        params: { path: { ws, id }, query: { format: 'text' } },
        parseAs: 'text',
      });
      // An empty document is an empty body, which counts as no data.
      return text.response.ok ? (text.data ?? '') : answer(Promise.resolve(text));
    },
    staleTime: 0,
  });

export const createDocument = (ws: string, title: string): Promise<Document> =>
  answer(api.POST('/v1/workspaces/{ws}/documents', { params: { path: { ws } }, body: { title } }));

export const renameDocument = (ws: string, id: string, title: string): Promise<Document> =>
  answer(api.PATCH('/v1/workspaces/{ws}/documents/{id}', { params: { path: { ws, id } }, body: { title } }));

export const deleteDocument = (ws: string, id: string): Promise<unknown> =>
  answer(api.DELETE('/v1/workspaces/{ws}/documents/{id}', { params: { path: { ws, id } } }));

export const keepVersion = (ws: string, id: string, name: string): Promise<DocumentVersion> =>
  answer(
    api.POST('/v1/workspaces/{ws}/documents/{id}/versions', {
      params: { path: { ws, id } },
      body: name === '' ? {} : { name },
    }),
  );

export const restoreVersion = (ws: string, id: string, version: string): Promise<unknown> =>
  answer(
    api.POST('/v1/workspaces/{ws}/documents/{id}/versions/{version}/restore', {
      params: { path: { ws, id, version } },
    }),
  );
