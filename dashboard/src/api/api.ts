import createClient from 'openapi-fetch';
import type { paths } from '../../../backend/src/api-types.js';
import { session } from '../session/session.js';
import { base } from './base.js';
import { problemIn, problemOf } from './problem.js';

export type { Schemas } from './schemas.js';

const TIMEOUT_MS = 30_000;

async function authorizedFetch(request: Request): Promise<Response> {
  const send = async (fresh: boolean): Promise<Response> => {
    const token = await session.token(fresh);
    const authorized = new Request(request.clone(), {
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (token !== undefined) authorized.headers.set('authorization', `Bearer ${token}`);
    return fetch(authorized);
  };
  const response = await send(false);
  return response.status === 401 ? send(true) : response;
}

/** Calls the HTTP API as the signed-in user, with the paths and types of its OpenAPI document. */
export const api = createClient<paths>({ baseUrl: base, fetch: authorizedFetch });

/**
 * The body of a successful response: `await answer(api.GET('/v1/me'))`.
 * @throws Problem
 */
export async function answer<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<NonNullable<Body>> {
  const { data, error, response } = await call.catch((failure: unknown) => {
    throw problemOf(failure);
  });
  if (!response.ok) throw problemIn(response, error);
  return data as NonNullable<Body>;
}
