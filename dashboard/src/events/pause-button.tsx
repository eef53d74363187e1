import Pause from 'lucide-react/icons/pause';
import Play from 'lucide-react/icons/play';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { words } from '../words/words.js';
import type { useReading } from './use-reading.js';

/** Holds the list still, and says how many events wait. */
export function PauseButton({ reading }: { readonly reading: ReturnType<typeof useReading> }): ReactNode {
  const { isPaused, setPaused, fresh, resume } = reading;
  const { events, list } = words;
  return (
    <>
      {fresh > 0 && (
        <Button size="small" kind="primary" onClick={resume}>
          <span aria-hidden="true">↑</span> {list.fresh(fresh)}
        </Button>
      )}
      <Button size="small" onClick={() => (isPaused ? resume() : setPaused(true))}>
        {isPaused ? <Play className="size-4" aria-hidden="true" /> : <Pause className="size-4" aria-hidden="true" />}
        {isPaused ? events.resume : events.pause}
      </Button>
    </>
  );
}
