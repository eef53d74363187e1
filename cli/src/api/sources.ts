import type { components, paths } from '@tidings/server';
import type { Client } from 'openapi-fetch';
import { CliError, EXIT, usageError } from '../errors.js';
import { answer } from './answer.js';

export type Source = components['schemas']['Source'];

/** Reads all pages of a list. */
export async function allOf<Item>(
  page: (cursor: string | undefined) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items: more, nextCursor } = await page(cursor);
    items.push(...more);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export const allSources = (api: Client<paths>, ws: string): Promise<Source[]> =>
  allOf((cursor) => {
    const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    return answer(api.GET('/v1/workspaces/{ws}/sources', { params: { path: { ws }, query } }));
  });

/** @param wanted the id or the name of a source @throws CliError `source.not-found`, or for a name of several */
export function sourceNamed(sources: readonly Source[], wanted: string): Source {
  const found = sources.filter(({ id, name }) => id === wanted || name === wanted);
  const [only] = found;
  if (only === undefined) {
    const names = sources.map(({ name }) => name).join(', ') || 'none';
    throw new CliError('source.not-found', `There is no source ${wanted}.`, EXIT.notFound, {
      hint: `Sources of the workspace: ${names}.`,
    });
  }
  if (found.length > 1) {
    throw usageError(`Several sources have the name ${wanted}.`, `Use an id: ${found.map(({ id }) => id).join(', ')}.`);
  }
  return only;
}
