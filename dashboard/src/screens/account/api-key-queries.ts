import { useInfiniteQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/api.js';

export type ApiKey = Schemas['ApiKey'];
export type NewApiKey = Schemas['NewApiKey'];

export const API_KEYS = ['api-keys'] as const;

export const useApiKeys = () =>
  useInfiniteQuery({
    queryKey: API_KEYS,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/v1/api-keys', { params: { query: { limit: 50, ...(pageParam !== '' && { cursor: pageParam }) } } }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });

export const createApiKey = (body: Schemas['CreateApiKeyRequest']): Promise<NewApiKey> =>
  answer(api.POST('/v1/api-keys', { body }));

export const revokeApiKey = (id: string): Promise<unknown> =>
  answer(api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } }));
