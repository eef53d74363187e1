import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { useSecond } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import type { Playground } from './use-playground.js';

/** The state of the playground's connection in words, and the button that makes or ends it. */
export function ConnectionBar({ playground }: { readonly playground: Playground }): ReactNode {
  const { connection, state } = playground;
  const now = useSecond();
  const { states, connect, disconnect } = words.playground;
  const text =
    state.name === 'waiting' ? states.waiting(Math.max(0, Math.ceil(state.retryAt / 1_000 - now))) : states[state.name];
  const isOn = state.name !== 'off' && state.name !== 'stopped';
  return (
    <>
      <span role="status" data-playground={state.name} className="flex items-center gap-1.5 text-sm">
        <span
          aria-hidden="true"
          className={classes(
            'size-2',
            state.name === 'open' && 'rounded-full bg-good',
            state.name === 'stopped' && 'bg-bad',
            state.name === 'off' && 'rounded-full border-2 border-control',
            (state.name === 'connecting' || state.name === 'waiting') && 'rounded-full border-2 border-warn',
          )}
        />
        {text}
      </span>
      <Button kind={isOn ? 'plain' : 'primary'} onClick={() => (isOn ? connection.disconnect() : connection.connect())}>
        {isOn ? disconnect : connect}
      </Button>
    </>
  );
}
