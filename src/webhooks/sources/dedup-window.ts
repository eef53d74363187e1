import type { Provider } from '../providers/provider.js';
import type { Source } from './source.entity.js';

/** Bodies of named senders contain the time of the event, so that equal bytes mean the same event for long. */
export const MAX_DEDUP_WINDOW_SECONDS = 30 * 86_400;

/** How long equal bytes without an id count as a repeat, in seconds: the setting of the source, or its provider's. */
export function dedupWindowOf(source: Pick<Source, 'dedupWindowSeconds'>, provider: Provider | undefined): number {
  return source.dedupWindowSeconds ?? provider?.dedupWindowSeconds ?? MAX_DEDUP_WINDOW_SECONDS;
}
