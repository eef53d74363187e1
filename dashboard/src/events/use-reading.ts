import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent, type UIEvent } from 'react';
import { keyOfEvent, type FeedEvent } from './event-feed.js';

/** How long the list keeps still after the pointer was moved over it. */
const POINTER_MS = 2_000;

/** Attributes of the element around a list, by which the list is held still while it is read. */
interface Handlers {
  readonly onScrollCapture: (event: UIEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerLeave: () => void;
}

/**
 * Holds a list still while it is read: when it is paused, scrolled down, moved through by keys, or under a moving
 * pointer. `shown` are the events that match, `fresh` is the number of those that wait above.
 */
export function useReading(
  events: readonly FeedEvent[],
  matches: (event: FeedEvent) => boolean = anything,
): {
  readonly shown: readonly FeedEvent[];
  readonly fresh: number;
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
  readonly resume: () => void;
  readonly handlers: Handlers;
} {
  const [isPaused, setPaused] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const [isPointed, setPointed] = useState(false);
  const [isMoving, setMoving] = useState(false);
  const scroller = useRef<HTMLElement>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isHeld = isPaused || isScrolled || isPointed || isMoving;
  const [held, setHeld] = useState<readonly FeedEvent[] | undefined>();
  if (isHeld && held === undefined) setHeld(events);
  if (!isHeld && held !== undefined) setHeld(undefined);

  useEffect(() => {
    const press = ({ key, target }: KeyboardEvent): void => {
      if ((key === 'j' || key === 'k') && target instanceof HTMLElement && target.closest('input, select') === null)
        setMoving(true);
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
      clearTimeout(timer.current);
    };
  }, []);

  const resume = useCallback(() => {
    if (scroller.current !== undefined) scroller.current.scrollTop = 0;
    clearTimeout(timer.current);
    setPaused(false);
    setScrolled(false);
    setPointed(false);
    setMoving(false);
  }, []);
  const handlers = useMemo(
    (): Handlers => ({
      onScrollCapture: ({ target }) => {
        if (!(target instanceof HTMLElement) || target.role !== 'table') return;
        scroller.current = target;
        setScrolled(target.scrollTop > 0);
      },
      onPointerMove: ({ pointerType }) => {
        if (pointerType !== 'mouse') return;
        setPointed(true);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setPointed(false), POINTER_MS);
      },
      onPointerLeave: () => setPointed(false),
    }),
    [],
  );
  const shown = useMemo(() => shownOf(events, held, matches), [events, held, matches]);
  const fresh = useMemo(
    () => (held === undefined ? 0 : events.slice(0, placeOf(events, held[0])).filter(matches).length),
    [events, held, matches],
  );
  return { shown, fresh, isPaused, setPaused, resume, handlers };
}

const anything = (): boolean => true;

/** The place of an event in a list; the length of the list when it is not in it. */
function placeOf(events: readonly FeedEvent[], event: FeedEvent | undefined): number {
  if (event === undefined) return events.length;
  const key = keyOfEvent(event);
  const place = events.findIndex((one) => keyOfEvent(one) === key);
  return place === -1 ? events.length : place;
}

function shownOf(
  events: readonly FeedEvent[],
  held: readonly FeedEvent[] | undefined,
  matches: (event: FeedEvent) => boolean,
): readonly FeedEvent[] {
  // A feed without events may have lost the right to read them.
  if (held === undefined || events.length === 0) return matches === anything ? events : events.filter(matches);
  // Older pages are added at the end.
  const older = events.slice(placeOf(events, held.at(-1)) + 1);
  return [...held, ...older].filter(matches);
}
