import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { FrameRow } from './frame-row.js';
import type { Playground } from './use-playground.js';

/** How near to its end a list is being followed, in CSS pixels. */
const NEAR_END = 40;

/** All frames, oldest first. The list follows its end, and stays where it is while earlier frames are read. */
export function FrameList({ playground }: { readonly playground: Playground }): ReactNode {
  const { connection, entries } = playground;
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<number>();
  const { frames } = words.playground;
  const newest = entries.at(-1)?.key;
  const toEnd = (): void => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (seen === undefined) toEnd();
  }, [newest, seen]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    setSeen((before) => (isAtEnd ? undefined : (before ?? newest)));
  };
  const fresh = seen === undefined ? 0 : entries.filter(({ key }) => key > seen).length;
  return (
    <Panel
      title={frames.heading}
      className="relative min-h-80 grow max-lg:order-2 lg:min-h-0"
      actions={
        entries.length > 0 && (
          <Button size="small" kind="quiet" onClick={() => connection.clear()}>
            {frames.clear}
          </Button>
        )
      }
    >
      <p className="border-b border-line px-3 py-1 text-sm text-muted">{frames.hint}</p>
      <div
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={frames.heading}
        className="min-h-0 grow overflow-auto max-lg:max-h-[70dvh]"
      >
        {entries.length === 0 ? (
          <Empty text={frames.empty} />
        ) : (
          <ol className="divide-y divide-line font-mono text-xs">
            {entries.map((entry) => (
              <FrameRow key={entry.key} entry={entry} />
            ))}
          </ol>
        )}
      </div>
      {fresh > 0 && (
        <Button
          kind="primary"
          size="small"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow"
          onClick={() => setSeen(undefined)}
        >
          {words.list.fresh(fresh)}
        </Button>
      )}
    </Panel>
  );
}
