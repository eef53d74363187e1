import type { ReactNode } from 'react';
import { live, useConnectionStatus } from '../live/live.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { useSecond } from '../ui/moment.js';
import { words } from '../words/words.js';

/** The state of the connection in words, always visible. */
export function ConnectionState(): ReactNode {
  const { state, retryAt } = useConnectionStatus();
  const now = useSecond();
  const { connection } = words;
  const isDown = state === 'stopped' || state === 'off';
  const text =
    state === 'waiting' ? connection.waiting(Math.max(0, Math.ceil((retryAt ?? 0) / 1_000 - now))) : connection[state];
  return (
    <span className="flex items-center gap-2 text-sm">
      <span role="status" data-state={state} className="flex items-center gap-1.5 whitespace-nowrap">
        <span
          aria-hidden="true"
          className={classes(
            'size-2',
            state === 'open'
              ? 'rounded-full bg-good'
              : state === 'stopped'
                ? 'bg-bad'
                : 'rounded-full border-2 border-warn',
          )}
        />
        {text}
      </span>
      {(isDown || state === 'waiting') && (
        <Button size="small" onClick={() => live.connect()}>
          {connection.reconnect}
        </Button>
      )}
    </span>
  );
}
