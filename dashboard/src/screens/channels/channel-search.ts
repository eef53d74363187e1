import { textParams } from '../../app/search-params.js';

/** The state of the log of a channel in its address. */
export interface ChannelSearch {
  readonly type?: string;
  /** The offset of the open event. */
  readonly at?: number;
}

export const channelSearch = (search: Record<string, unknown>): ChannelSearch => ({
  ...textParams(search, ['type']),
  ...(Number.isSafeInteger(search['at']) && { at: Number(search['at']) }),
});
