import type { Provider } from '../providers/provider.js';
import type { Source } from './source.entity.js';

/** In seconds. Named senders put the time of what happened into a body, so that equal bytes are the same event for long. */
export const LONGEST_DEDUP_WINDOW = 30 * 86_400;

/** How long equal bytes without an id count as a repeat: as the source says, or else its provider. */
export function dedupWindowOf(source: Pick<Source, 'dedupWindowSeconds'>, provider: Provider | undefined): number {
  return source.dedupWindowSeconds ?? provider?.dedupWindowSeconds ?? LONGEST_DEDUP_WINDOW;
}
