import type { LiveSource, LiveSources } from '../sources/live-sources.js';
import type { ReceivedWebhook } from './note-refusals.js';

/** Reads the address only for a source with a list, so that other sources pay nothing. */
export const allowsAddress = ({ networks }: LiveSource, { addressOf }: ReceivedWebhook): boolean =>
  networks === undefined || networks.includes(addressOf());

/** The cached source if it allows the address, or else a fresh read: the cached list may be stale. */
export async function sourceFor(
  sourceKey: string,
  request: ReceivedWebhook,
  sources: LiveSources,
): Promise<LiveSource | undefined> {
  const cached = sources.cached(sourceKey);
  return cached !== undefined && allowsAddress(cached, request) ? cached : sources.fresh(sourceKey);
}
