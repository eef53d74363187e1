import { momentOf } from '../terminal/moment.js';
import type { Connection, GlobalOptions } from './connect.js';
import { allSources, sourceNamed } from './sources.js';

export interface FilterOptions extends GlobalOptions {
  readonly status?: 'received' | 'processed' | 'failed';
  readonly source?: string;
  readonly provider?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
  readonly query?: string;
}

/** The filter of deliveries in the words of the API. */
export async function filterOf({ api }: Connection, ws: string, options: FilterOptions) {
  const { status, source, provider, type, since, until, query } = options;
  return {
    ...(status && { status }),
    ...(source && { sourceId: sourceNamed(await allSources(api, ws), source).id }),
    ...(provider && { provider }),
    ...(type && { eventType: type }),
    ...(since && { since: momentOf(since) }),
    ...(until && { until: momentOf(until) }),
    ...(query && { q: query }),
  };
}
