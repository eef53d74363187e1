import { useEffect, useRef, useState } from 'react';
import { postForEvents } from '../../api/event-stream.js';
import { words } from '../../words/words.js';

/** Older frames are dropped from the page. */
const MAX_FRAMES = 500;

export interface TracedFrame {
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly channel: string | null;
  readonly offset: number | null;
  readonly bytes: number;
  readonly payload: string | null;
}

export type TraceEnd = keyof typeof words.system.trace.ends;

export interface Trace {
  readonly state: 'idle' | 'starting' | 'running';
  readonly frames: readonly (TracedFrame & { readonly key: number })[];
  readonly dropped: number;
  readonly end: TraceEnd | undefined;
  readonly error: unknown;
  readonly start: () => void;
  readonly stop: () => void;
}

interface Seen {
  readonly frames: Trace['frames'];
  readonly dropped: number;
  readonly end: TraceEnd | undefined;
  readonly error: unknown;
}

const NOTHING: Seen = { frames: [], dropped: 0, end: undefined, error: undefined };

/** Follows the frames of a connection from `start` on, until `stop` or until the page leaves it. */
export function useTrace(id: string): Trace {
  const [state, setState] = useState<Trace['state']>('idle');
  const [seen, setSeen] = useState(NOTHING);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), [id]);

  const start = (): void => {
    const abort = new AbortController();
    running.current = abort;
    setSeen(NOTHING);
    setState('starting');
    let key = 0;
    void postForEvents(`/v1/system/connections/${id}/trace`, abort.signal, {
      onOpen: () => setState('running'),
      onEvent: ({ event, data }) => {
        if (event === 'end') return setSeen((before) => ({ ...before, end: (data as { end: TraceEnd }).end }));
        const { frame, dropped } = data as { frame: TracedFrame; dropped: number };
        const keyed = { ...frame, key: key++ };
        setSeen((before) => ({ ...before, dropped, frames: [...before.frames, keyed].slice(-MAX_FRAMES) }));
      },
    })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setSeen((before) => ({ ...before, error }));
      })
      .finally(() => {
        if (running.current === abort) setState('idle');
      });
  };
  return { state, ...seen, start, stop: () => running.current?.abort() };
}
