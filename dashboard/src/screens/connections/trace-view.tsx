import ArrowDown from 'lucide-react/icons/arrow-down-left';
import ArrowUp from 'lucide-react/icons/arrow-up-right';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { useTrace, type TracedFrame } from './use-trace.js';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

/** One frame. Its content comes from strangers: it is shown as text only. */
function Row({ frame }: { readonly frame: TracedFrame }): ReactNode {
  const { trace } = words.system;
  const { direction, at, type, channel, offset, bytes, payload } = frame;
  const Icon = direction === 'in' ? ArrowUp : ArrowDown;
  const look = direction === 'in' ? 'text-warn' : 'text-accent';
  return (
    <li className="flex flex-col gap-0.5 px-3 py-1.5">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2">
        <Icon className={`size-3.5 shrink-0 ${look}`} aria-hidden="true" />
        <span className="sr-only">{trace[direction]}</span>
        <time className="text-muted">{clock.format(at)}</time>
        <span className="font-semibold break-all">{type === '' ? trace.malformed : type}</span>
        {offset !== null && <span>{trace.offset(offset)}</span>}
        <span className="ml-auto text-muted">{trace.bytes(bytes)}</span>
      </span>
      {channel !== null && <span className="break-all text-muted">{channel}</span>}
      {payload !== null && <span className="line-clamp-4 break-all">{payload}</span>}
    </li>
  );
}

/** The frames of a connection, live. Each start is audited. */
export function TraceView({ id }: { readonly id: string }): ReactNode {
  const { trace } = words.system;
  const { state, frames, dropped, end, error, start, stop } = useTrace(id);
  return (
    <section aria-label={trace.heading} className="border-t border-line">
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <h3 className="mr-auto text-sm font-semibold">{trace.heading}</h3>
        {state === 'running' ? (
          <Button size="small" onClick={stop}>
            {trace.stop}
          </Button>
        ) : (
          <Button size="small" busy={state === 'starting'} onClick={start}>
            {trace.start}
          </Button>
        )}
      </div>
      <p className="px-3 pb-2 text-sm text-muted">{trace.hint}</p>
      <ErrorNotice error={error} />
      <p role="status" className="px-3 text-sm">
        {state === 'running' && frames.length === 0 && trace.waiting}
        {end !== undefined && trace.ends[end]}
        {dropped > 0 && ` ${trace.dropped(dropped)}`}
      </p>
      {frames.length > 0 && (
        <ol
          tabIndex={0}
          aria-label={trace.frames}
          className="max-h-96 divide-y divide-line overflow-auto border-t border-line font-mono text-xs"
        >
          {frames.toReversed().map((frame) => (
            <Row key={frame.key} frame={frame} />
          ))}
        </ol>
      )}
    </section>
  );
}
