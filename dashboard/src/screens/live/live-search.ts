import { textParams } from '../../app/search-params.js';

/** The state of the view in its address. */
export interface LiveSearch {
  readonly channel?: string;
  readonly type?: string;
  readonly q?: string;
  /** The open event, as `channel@offset`. */
  readonly at?: string;
}

export const liveSearch = (search: Record<string, unknown>): LiveSearch =>
  textParams(search, ['channel', 'type', 'q', 'at']);
