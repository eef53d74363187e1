import type { ReactNode } from 'react';
import { spanOf, useSecond } from '../../ui/moment.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import type { Source } from '../../queries/sources-queries.js';

/** How long a source has been silent for longer than it may, in seconds; undefined: it is not. */
export function silenceOf(
  { enabled, expectEverySeconds, lastSeenAt, createdAt }: Source,
  nowSeconds: number,
): number | undefined {
  if (!enabled || expectEverySeconds === null) return undefined;
  const silent = nowSeconds - Math.floor(Date.parse(lastSeenAt ?? createdAt) / 1_000);
  return silent > expectEverySeconds ? silent : undefined;
}

export function SourceState({ source }: { readonly source: Source }): ReactNode {
  const silence = silenceOf(source, useSecond());
  if (!source.enabled) return <State name="paused" />;
  if (silence !== undefined) return <State name="silent" word={words.sources.silentFor(spanOf(silence))} />;
  return <State name="enabled" />;
}
